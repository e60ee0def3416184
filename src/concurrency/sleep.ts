import { type Abortable, onAbort, throwIfAborted } from "./cancellation.js";
import { observer } from "./observing/observer.js";
import type { Described, Waiting } from "./observing/waiting.js";
import { checkDuration, startTimer } from "./timer.js";

/**
 * Resolve after `ms` milliseconds, while other tasks run (asyncio.sleep). `sleep(0)` gives every other ready callback a
 * turn. `sleep(Infinity)` ends only by an abort. Lengths beyond the 24.8 days of setTimeout work. Keeps the process alive.
 *
 * Cancellation: rejects with `signal.reason` at once and clears its timer.
 * Rejects with RangeError if `ms` is NaN or negative.
 *
 * ```js
 * console.log("Hello!"); // Hello!
 * await sleep(100); // here control changes hands
 * console.log("Goodbye!"); // Goodbye!
 * ```
 */
export async function sleep(ms: number, { signal }: Abortable = {}): Promise<void> {
  checkDuration(ms);
  throwIfAborted(signal);
  await new Promise<void>((resolve, reject) => {
    const forget = signal && onAbort(signal, cancel, new Pause(ms));
    const ended = observer?.wait(`sleep ${ms} ms`, signal);
    const stopTimer = ms === 0 ? nextTurn(wake) : startTimer(ms, wake);
    function wake(): void {
      forget?.();
      ended?.();
      resolve();
    }
    function cancel(): void {
      stopTimer();
      ended?.();
      reject(signal?.reason);
    }
  });
}

function nextTurn(done: () => void): () => void {
  const immediate = setImmediate(done);
  return () => clearImmediate(immediate);
}

/** A sleep, for those who look at the program. */
class Pause implements Described {
  readonly #ms: number;
  readonly #start = performance.now();

  constructor(ms: number) {
    this.#ms = ms;
  }

  describe(): Waiting {
    const left = Math.max(0, Math.round(this.#start + this.#ms - performance.now()));
    return { what: `sleep ${this.#ms} ms`, ...(Number.isFinite(left) && { state: `${left} ms left` }) };
  }
}
