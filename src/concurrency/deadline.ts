import { type Abortable, createController, isCancelled, onAbort, type Task } from "./cancellation.js";
import { TimeoutError } from "./errors.js";
import { checkDuration, startTimer } from "./timer.js";

/**
 * Run `fn` under a deadline; timeout() and moveOnAfter() are made of it. `late` decides the outcome once the deadline has
 * passed and `fn` has stopped: it gets the message and the error of `fn`.
 */
export async function underDeadline<T, L>(
  ms: number,
  fn: Task<T>,
  { signal: outer }: Abortable,
  late: (message: string, cause: unknown) => L,
): Promise<T | L> {
  checkDuration(ms);
  if (outer?.aborted) throw reasonOutside(outer);

  const inner = createController();
  const message = `timed out after ${ms} ms`;
  let expired: DOMException | undefined;
  const wait = { describe: () => ({ what: `timeout ${ms} ms`, inside: inner.signal }) };
  const forget = outer && onAbort(outer, () => inner.abort(outer.reason), wait);
  const stopTimer = startDeadline(ms, () => {
    expired = new DOMException(message, "AbortError"); // a TimeoutError would be taken for that of a timeout() inside
    inner.abort(expired);
  });
  try {
    return await fn(inner.signal);
  } catch (error) {
    const cancelled = isCancelled(error, inner.signal);
    if (expired === undefined || inner.signal.reason !== expired) throw cancelled ? reasonOutside(inner.signal) : error;
    if (!cancelled) throw withCause(error, new TimeoutError(message));
    // An outer deadline may have passed in the same busy stretch, and it decides: let its timer fire first.
    await new Promise((resolve) => setImmediate(resolve));
    if (outer?.aborted) throw reasonOutside(outer);
    return late(message, error);
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

/** The reason of an outer signal. A TimeoutError is wrapped: the caller would take it for that of this very deadline. */
function reasonOutside({ reason }: AbortSignal): unknown {
  if (!(reason instanceof TimeoutError)) return reason;
  return Object.assign(new DOMException(reason.message, "AbortError"), { cause: reason });
}

/** `error` with the time-out as its cause, unless it has a cause (Python's __context__). */
function withCause(error: unknown, cause: TimeoutError): unknown {
  if (error instanceof Error && error.cause === undefined && Object.isExtensible(error)) error.cause = cause;
  return error;
}
