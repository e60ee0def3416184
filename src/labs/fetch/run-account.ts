import type { Account } from "./fetch-each.js";
import type { FetchResult } from "./fetch-result.js";
import { InFlight } from "./in-flight.js";
import type { JobList } from "./job-list.js";
import { Tally } from "./tally.js";
import type { Timetable } from "./timetable.js";

interface Unbegun {
  timetable: Timetable | undefined;
  total: () => Promise<number>;
}

const mostUnbegun = 10_000_000; // to count them takes less than a second

/**
 * The counts of a run. A result that --max-time cut off is left out if its line has one of an earlier pass. Its request
 * counts as waiting all the same.
 */
export class RunAccount implements Account {
  readonly tally = new Tally();
  readonly inFlight = new InFlight();
  /** --max-time has cut a request off. */
  isCutOff = false;
  readonly #jobs: Pick<JobList, "isRepeated">;

  constructor(jobs: Pick<JobList, "isRepeated">) {
    this.#jobs = jobs;
  }

  begun(since: number): number {
    this.tally.begin();
    return this.inFlight.enter(since);
  }

  done(result: FetchResult, place?: number): void {
    if (place !== undefined) this.inFlight.leave(place);
    if (result.cutOff) {
      this.isCutOff = true;
      if (result.attempts > 0) this.tally.addWaiting(result.ms);
    }
    if (!this.isLeftOut(result)) this.tally.add(result);
  }

  putAside(place: number): void {
    this.tally.putAside();
    this.inFlight.leave(place);
  }

  /**
   * The run was interrupted at `at`. Requests in flight count as waiting. With a timetable, those that were due and not
   * begun count as not started; `total` resolves with the number of lines.
   */
  async interrupted(at: number, { timetable, total }: Unbegun): Promise<void> {
    for (const ms of this.inFlight.waits(at)) this.tally.addWaiting(ms);
    if (!timetable) return;
    const due = Math.min(timetable.dueBy(at), await total());
    const first = Math.max(this.tally.accounted, due - mostUnbegun);
    for (let index = first; index < due; index++) this.tally.addNotStarted(at - timetable.dueAt(index));
  }

  isLeftOut({ cutOff, index }: FetchResult): boolean {
    return cutOff === true && this.#jobs.isRepeated(index);
  }
}
