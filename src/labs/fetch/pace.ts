import { type PromptIterable, sleep } from "../../concurrency/index.js";
import type { Job } from "./fetch-each.js";

/** Starts per second up to which a millisecond of turns for each is a tenth of a core at most. */
const mostExact = 100;

/** From here to the start of a request, if nothing holds it up. */
const handOverMs = 1;

export interface PaceOptions {
  perSecond: number;
  /** When the schedule ends, on the clock of performance.now() (default: never). */
  endAt?: number | undefined;
  /**
   * Asked for a job that would be due after `endAt`, or that the schedule itself is too late to hand out before: true ends the
   * list there, false hands out the rest of it then (default).
   */
  leavesOut?: () => boolean;
}

/**
 * The jobs of a list on a schedule: the first at once, then `perSecond` of them each second. Each is handed out at its
 * time (above 100 a second up to a millisecond later) and never earlier, and carries that time. If whoever works on them
 * falls behind, the schedule does not wait: what is late has been waiting since it was due, and its latency says so.
 * Without that a slow server would be asked less often while it is slow, and look better than it is (coordinated
 * omission). A list that is slow to give its next job is no fault of the server's: for that the schedule does wait,
 * without a burst afterwards. Cancellation: ends the wait for the next one.
 */
export async function* pace(
  jobs: PromptIterable<Job>,
  { perSecond, endAt = Number.POSITIVE_INFINITY, leavesOut = () => false }: PaceOptions,
  signal: AbortSignal,
): AsyncGenerator<Job> {
  const input = jobs[Symbol.asyncIterator]();
  let start = performance.now();
  try {
    for (let handedOut = 0; ; handedOut++) {
      const gap = (handedOut * 1000) / perSecond;
      const asked = performance.now();
      const soon = input.next();
      const [step, isSlow] = soon instanceof Promise ? await overTurns(soon) : [soon, false];
      if (step.done) return;
      if (isSlow) start += Math.max(0, performance.now() - Math.max(asked, start + gap));
      const startAt = start + gap;
      await until(Math.min(startAt, endAt), perSecond <= mostExact, signal);
      const isTooLate = asked < startAt && performance.now() > endAt - handOverMs; // there was room; the timer was late
      if ((startAt >= endAt || isTooLate) && leavesOut()) return;
      yield { ...step.value, startAt };
    }
  } finally {
    await input.return?.();
  }
}

/** What was promised, and whether that took turns of the event loop: what needs none does not wait for anything. */
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
 * Timers count whole milliseconds. If it is to be `exact`, the last one is passed in turns of the event loop; else what
 * is due within it starts together, up to a millisecond late.
 */
async function until(at: number, exact: boolean, signal: AbortSignal): Promise<void> {
  for (let early = at - performance.now(); early > 0; early = at - performance.now()) {
    await sleep(exact ? Math.floor(early) : Math.ceil(early), { signal });
  }
}
