import type { Abortable, Task } from "./cancellation.js";
import { underDeadline } from "./deadline.js";

/**
 * Run `fn` under a deadline of `ms` milliseconds that is no error (trio.move_on_after): resolves with undefined if it
 * passes first. The signal of `fn` aborts then, and `fn` is awaited. Everything else is as with timeout().
 *
 * Cancellation: the signal of `fn` aborts, `fn` is awaited, and the call rejects with `signal.reason`.
 * Rejects with RangeError if `ms` is NaN or negative, and with an error of `fn` itself.
 *
 * ```js
 * const reply = await moveOnAfter(10, (signal) => sleep(60_000, { signal }).then(() => "pong"));
 * console.log(reply ?? "no reply"); // no reply
 * ```
 */
export function moveOnAfter<T>(ms: number, fn: Task<T>, opts: Abortable = {}): Promise<T | undefined> {
  return underDeadline(ms, fn, opts, () => undefined);
}
