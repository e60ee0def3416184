import { type Abortable, onAbort } from "./cancellation.js";
import { checkDuration, startTimer } from "./timer.js";

/**
 * Resolve after `ms` milliseconds, letting other tasks run meanwhile (asyncio.sleep). `sleep(0)` gives every other
 * ready callback one turn; `sleep(Infinity)` only ends by an abort, and any length in between is kept, also beyond the
 * 24.8 days of setTimeout. Keeps the process alive.
 *
 * Cancellation: rejects with `signal.reason` at once and clears its timer.
 * Rejects with RangeError if `ms` is NaN or negative.
 */
export async function sleep(ms: number, { signal }: Abortable = {}): Promise<void> {
  checkDuration(ms);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stopTimer = ms === 0 ? nextTurn(wake) : startTimer(ms, wake);
    const forget = signal && onAbort(signal, cancel);
    function wake(): void {
      forget?.();
      resolve();
    }
    function cancel(): void {
      stopTimer();
      reject(signal?.reason);
    }
  });
}

function nextTurn(done: () => void): () => void {
  const immediate = setImmediate(done);
  return () => clearImmediate(immediate);
}
