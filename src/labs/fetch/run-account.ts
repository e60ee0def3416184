import type { Account } from "./fetch-each.js";
import type { FetchResult } from "./fetch-result.js";
import type { JobList } from "./job-list.js";
import { Tally } from "./tally.js";

/** The counts of a run. A result that --max-time cut off is left out if its line has one of an earlier pass. */
export class RunAccount implements Account {
  readonly tally = new Tally();
  /** --max-time has cut a request off. */
  isCutOff = false;
  readonly #jobs: Pick<JobList, "isRepeated">;

  constructor(jobs: Pick<JobList, "isRepeated">) {
    this.#jobs = jobs;
  }

  begun(): void {
    this.tally.begin();
  }

  done(result: FetchResult): void {
    if (result.cutOff) this.isCutOff = true;
    if (!this.isLeftOut(result)) this.tally.add(result);
  }

  isLeftOut({ cutOff, index }: FetchResult): boolean {
    return cutOff === true && this.#jobs.isRepeated(index);
  }
}
