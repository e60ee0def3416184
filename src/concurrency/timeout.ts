import { type Abortable, isCancelled, onAbort, type Task } from "./cancellation.js";
import { createController } from "./controller.js";
import { TimeoutError } from "./errors.js";
import { checkDuration, startTimer } from "./timer.js";

/**
 * Run `fn` under a deadline of `ms` milliseconds (asyncio.timeout, trio.move_on_after). When it passes, the signal
 * given to `fn` aborts, `fn` is awaited, and only then the call rejects with TimeoutError, whose cause is the error
 * `fn` stopped with. A value or a real error from `fn` wins over the deadline: nothing that happened is hidden.
 * Work that ignores its signal is not cut off. `undefined` and Infinity mean no deadline; 0 starts `fn` with a signal
 * that is already aborted, so that only work that need not wait succeeds.
 *
 * Cancellation: `fn`'s signal aborts with `signal.reason`, `fn` is awaited, and that reason comes out.
 * Rejects with RangeError if `ms` is NaN or negative, before `fn` is called.
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
    // An outer deadline may have passed in the same busy stretch: let its timer speak first, for it decides.
    await new Promise((resolve) => setImmediate(resolve));
    if (outer?.aborted) throw outer.reason;
    throw new TimeoutError(expired.message, { cause: error });
  } finally {
    stopTimer?.();
    forget?.();
  }
}

/** No timer for no deadline (it would keep the process alive), nor for one that has passed already. */
function startDeadline(ms: number, expire: () => void): (() => void) | undefined {
  if (ms === 0) expire();
  return ms > 0 && ms < Number.POSITIVE_INFINITY ? startTimer(ms, expire) : undefined;
}

/** `error`, with the time-out behind it as its cause unless it has one of its own (Python's __context__). */
function withCause(error: unknown, cause: TimeoutError): unknown {
  if (error instanceof Error && error.cause === undefined && Object.isExtensible(error)) error.cause = cause;
  return error;
}
