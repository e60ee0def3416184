import { type PromptIterable, sleep } from "../../concurrency/index.js";
import type { Job } from "./job.js";
import type { Timetable } from "./timetable.js";

/** Starts per second up to which each may busy the event loop for a millisecond: a tenth of a core at most. */
const mostExact = 100;

/** From here to the start of a request, on an idle machine. */
const handOverMs = 1;

export interface PaceOptions {
  timetable: Timetable;
  /** When the schedule ends, on the clock of performance.now() (default: never). */
  endAt?: number | undefined;
  /**
   * Asked for a job that is due after `endAt`, or that comes too late for it. True ends the list there; false (default)
   * hands out the rest at `endAt`.
   */
  leavesOut?: () => boolean;
}

/**
 * The jobs of a list on a schedule: the first at once, then as many each second as the timetable says. A job carries the time at
 * which it is due, and is never handed out earlier (above 100 a second up to a millisecond later). The schedule does not
 * wait for slow consumers: a late job has been waiting since it was due, and its latency says so. Otherwise a slow server
 * would be asked less often, and look better than it is (coordinated omission). For a slow list the schedule does wait,
 * without a burst afterwards. Cancellation: ends the wait for the next job.
 */
export async function* pace(
  jobs: PromptIterable<Job>,
  { timetable, endAt = Number.POSITIVE_INFINITY, leavesOut = () => false }: PaceOptions,
  signal: AbortSignal,
): AsyncGenerator<Job> {
  const input = jobs[Symbol.asyncIterator]();
  timetable.begin();
  try {
    for (let handedOut = 0; ; handedOut++) {
      const asked = performance.now();
      const soon = input.next();
      const [step, isSlow] = soon instanceof Promise ? await overTurns(soon) : [soon, false];
      if (step.done) return;
      if (isSlow) timetable.delay(Math.max(0, performance.now() - Math.max(asked, timetable.dueAt(handedOut))));
      const startAt = timetable.dueAt(handedOut);
      await until(Math.min(startAt, endAt), timetable.perSecond <= mostExact, signal);
      const isTooLate = asked < startAt && performance.now() > endAt - handOverMs; // the consumer had room; the timer was late
      if ((startAt >= endAt || isTooLate) && leavesOut()) return;
      yield { ...step.value, startAt };
    }
  } finally {
    await input.return?.();
  }
}

/** The value, and whether it took turns of the event loop. */
async function overTurns<T>(promised: Promise<T>): Promise<[T, boolean]> {
  let isSlow = false;
  const turn = setImmediate(() => {
    isSlow = true;
  });
  try {
    const value = await promised;
    return [value, isSlow];
  } finally {
    clearImmediate(turn);
  }
}

/**
 * Timers count whole milliseconds. With `exact`, the last one is passed in turns of the event loop. Without, jobs that are
 * due within it start together, up to a millisecond late.
 */
async function until(at: number, exact: boolean, signal: AbortSignal): Promise<void> {
  for (let early = at - performance.now(); early > 0; early = at - performance.now()) {
    await sleep(exact ? Math.floor(early) : Math.ceil(early), { signal });
  }
}
