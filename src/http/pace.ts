import type { AnyIterable } from "../concurrency/pump.js";
import { sleep } from "../concurrency/sleep.js";
import type { Job } from "./fetch-each.js";

/**
 * The jobs of a list on a schedule: the first at once, then `perSecond` of them each second. Each is handed out at its
 * time and never earlier, and carries that time. If whoever works on them falls behind, the schedule does not wait: what
 * is late has been waiting since it was due, and its latency says so. Without that a slow server would be asked less
 * often while it is slow, and look better than it is (coordinated omission). After
 * `endAt` (performance.now(); default: never) there is no schedule any more. Cancellation: ends the wait for the next one.
 */
export async function* pace(
  jobs: AnyIterable<Job>,
  { perSecond, endAt = Number.POSITIVE_INFINITY }: { perSecond: number; endAt?: number | undefined },
  signal: AbortSignal,
): AsyncGenerator<Job> {
  const start = performance.now();
  let handedOut = 0;
  for await (const job of jobs) {
    const startAt = start + (handedOut++ * 1000) / perSecond;
    // Timers count whole milliseconds: the last one is passed in turns of the event loop.
    const due = Math.min(startAt, endAt);
    for (let early = due - performance.now(); early > 0; early = due - performance.now()) {
      await sleep(Math.floor(early), { signal });
    }
    yield { ...job, startAt };
  }
}
