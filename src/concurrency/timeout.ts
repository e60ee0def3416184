import { type Abortable, createController, isCancelled, onAbort, type Task } from "./cancellation.js";
import { TimeoutError } from "./errors.js";
import { checkDuration, startTimer } from "./timer.js";

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
export async function timeout<T>(ms: number | undefined, fn: Task<T>, { signal: outer }: Abortable = {}): Promise<T> {
  const limit = ms ?? Number.POSITIVE_INFINITY;
  checkDuration(limit);
  outer?.throwIfAborted();

  const inner = createController();
  const expired = new TimeoutError(`timed out after ${limit} ms`);
  const forget = outer && onAbort(outer, () => inner.abort(outer.reason));
  const stopTimer = startDeadline(limit, () => inner.abort(expired));
  try {
    return await fn(inner.signal);
  } catch (error) {
    if (inner.signal.reason !== expired) throw isCancelled(error, inner.signal) ? inner.signal.reason : error;
    if (!isCancelled(error, inner.signal)) throw withCause(error, expired);
    // An outer deadline may have passed in the same busy stretch, and it decides: let its timer fire first.
    await new Promise((resolve) => setImmediate(resolve));
    if (outer?.aborted) throw outer.reason;
    throw new TimeoutError(expired.message, { cause: error });
  } finally {
    stopTimer?.();
    forget?.();
  }
}

/** No deadline needs no timer, which would keep the process alive; a passed one needs none either. */
function startDeadline(ms: number, expire: () => void): (() => void) | undefined {
  if (ms === 0) expire();
  return ms > 0 && ms < Number.POSITIVE_INFINITY ? startTimer(ms, expire) : undefined;
}

/** `error` with the time-out as its cause, unless it has a cause (Python's __context__). */
function withCause(error: unknown, cause: TimeoutError): unknown {
  if (error instanceof Error && error.cause === undefined && Object.isExtensible(error)) error.cause = cause;
  return error;
}
