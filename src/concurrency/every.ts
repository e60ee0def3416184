import { Schedule } from "./schedule.js";

/**
 * Call `fn` every `ms` milliseconds, the first time after one interval, and wait for it before the next. Intervals do
 * not drift. A call that takes longer than an interval leaves out the turns it missed. Ends only by an abort or an error.
 *
 * Cancellation: rejects with `signal.reason`, once a running `fn` has ended. Rejects with the error of `fn`, and with
 * RangeError if `ms` is NaN or negative.
 *
 * ```js
 * let ticks = 0;
 * await taskGroup((group) => {
 *   const tick = () => {
 *     console.log("tick", ++ticks); // tick 1 then tick 2
 *     if (ticks === 2) group.cancel();
 *   };
 *   group.spawn((own) => every(20, tick, own));
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
