import { type Abortable, throwIfAborted } from "./cancellation.js";
import { Waiters } from "./waiters.js";

/** Gives a permit back. A second call does nothing. Also a Disposable, for `using`. */
export interface Release extends Disposable {
  (): void;
}

/**
 * At most `permits` holders at a time (asyncio.BoundedSemaphore). First come, first served: a freed permit belongs to
 * the longest waiter at once, so a newcomer cannot barge in.
 *
 * ```js
 * const slots = new Semaphore(2);
 * const free = await slots.use(() => slots.available);
 * console.log(free, slots.available); // 1 2
 * ```
 */
export class Semaphore {
  readonly #max: number;
  readonly #waiters: Waiters<void>;
  #available: number;

  /**
   * `permits`: free permits at the start, a whole number from 0. `max` (default: `permits`): the most that may ever be
   * free; a semaphore that starts at 0 needs it. Throws RangeError for anything else. `name` (default: "semaphore") says
   * in a trace what is waited for.
   */
  constructor(permits: number, { max = permits, name = "semaphore" }: { max?: number; name?: string } = {}) {
    if (!Number.isInteger(permits) || permits < 0) {
      throw new RangeError(`permits must be a whole number, 0 or more: got ${String(permits)}`);
    }
    if (!Number.isInteger(max) || max < permits) {
      throw new RangeError(`max must be a whole number, at least the ${permits} permits: got ${String(max)}`);
    }
    this.#available = permits;
    this.#max = max;
    this.#waiters = new Waiters(name, this);
  }

  /** Free permits. */
  get available(): number {
    return this.#available;
  }

  /** The signal of the one that must give a permit back, if it is known. */
  get heldBy(): AbortSignal | undefined {
    return undefined;
  }

  /** Callers that wait for a permit. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Wait for a permit. Resolves with a function that gives it back.
   * Cancellation: rejects with `signal.reason`. No permit is lost.
   */
  async acquire({ signal }: Abortable = {}): Promise<Release> {
    await this.#enter(signal);
    return this.#releaseOnce();
  }

  /** A permit if one is free now, else undefined. */
  tryAcquire(): Release | undefined {
    if (this.#available === 0) return undefined;
    this.#available--;
    return this.#releaseOnce();
  }

  /** Give back a permit. Throws RangeError if `max` are free already; then nothing changes. */
  release(): void {
    const next = this.#waiters.next();
    if (next) next.resolve();
    else if (this.#available < this.#max) this.#available++;
    else throw new RangeError(`released more often than acquired: all of ${this.#max} permits are free`);
  }

  /**
   * Call `fn` while holding a permit, at once if one is free. The permit is given back when `fn` has ended.
   * Cancellation: ends the wait for the permit, and `fn` is never called. A running `fn` is not aborted.
   */
  async use<T>(fn: () => T | PromiseLike<T>, { signal }: Abortable = {}): Promise<T> {
    const turn = this.#enter(signal);
    if (turn) await turn;
    try {
      return await fn();
    } finally {
      this.release();
    }
  }

  /** Returns a promise only if the caller has to wait: the free path costs no microtask. */
  #enter(signal: AbortSignal | undefined): Promise<void> | undefined {
    throwIfAborted(signal);
    if (this.#available === 0) return this.#waiters.park(undefined, signal);
    this.#available--;
    return undefined;
  }

  #releaseOnce(): Release {
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      this.release();
    };
    return Object.assign(release, { [Symbol.dispose]: release });
  }
}
