import type { Abortable, Task } from "./cancellation.js";
import { underDeadline } from "./deadline.js";
import { TimeoutError } from "./errors.js";

/**
 * Run `fn` under a deadline of `ms` milliseconds (asyncio.timeout). When it passes, the signal of `fn` aborts, `fn` is
 * awaited, and the call rejects with TimeoutError. A value or an error of `fn` itself wins over the deadline. Work that
 * ignores its signal is not cut off. `undefined` and Infinity: no deadline. 0: `fn` starts with an aborted signal.
 *
 * Cancellation: the signal of `fn` aborts, `fn` is awaited, and the call rejects with `signal.reason`.
 * Rejects with RangeError if `ms` is NaN or negative; then `fn` is not called.
 *
 * ```js
 * try {
 *   await timeout(10, (signal) => sleep(60_000, { signal }));
 * } catch (error) {
 *   console.log(error.message); // timed out after 10 ms
 * }
 * ```
 */
export function timeout<T>(ms: number | undefined, fn: Task<T>, opts: Abortable = {}): Promise<T> {
  return underDeadline(ms ?? Number.POSITIVE_INFINITY, fn, opts, (message, cause): never => {
    throw new TimeoutError(message, { cause });
  });
}
