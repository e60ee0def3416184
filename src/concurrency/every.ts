import { Schedule } from "./schedule.js";

/**
 * Call `fn` every `ms` milliseconds, the first time after one interval, and wait for it before the next. Intervals do
 * not drift. A call that takes longer than an interval leaves out the turns it missed. Ends only by an abort or an error.
 *
 * Cancellation: rejects with `signal.reason`, once a running `fn` has ended. Rejects with the error of `fn`.
 *
 * ```js
 * await taskGroup(async (group) => {
 *   group.spawn((own) => every(20, () => console.log("tick"), own)); // tick
 *   await sleep(50, { signal: group.signal });
 *   group.cancel();
 * });
 * ```
 */
export async function every(ms: number, fn: () => unknown, signal: AbortSignal): Promise<never> {
  const schedule = new Schedule(ms, { missed: "left out" });
  for (;;) {
    await schedule.next(signal);
    await fn();
  }
}
