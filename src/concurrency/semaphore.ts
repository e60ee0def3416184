import type { Abortable } from "./cancellation.js";
import { Waiters } from "./waiters.js";

/** Gives back what was acquired, once: a second call does nothing. Also a Disposable, for `using`. */
export interface Release extends Disposable {
  (): void;
}

/**
 * At most `permits` holders at a time (asyncio.BoundedSemaphore). Strictly first come first served: a freed permit
 * belongs to the longest waiter in the very call that frees it, so a newcomer cannot barge in.
 */
export class Semaphore {
  readonly #max: number;
  readonly #waiters = new Waiters<void>();
  #available: number;

  /**
   * `permits`: a whole number, 0 or more, free at the start. `max` (default: `permits`): how many may ever be
   * free; a semaphore that starts at 0 wants one.
   * Throws RangeError for anything else.
   */
  constructor(permits: number, { max = permits }: { max?: number } = {}) {
    if (!Number.isInteger(permits) || permits < 0) {
      throw new RangeError(`permits must be a whole number, 0 or more: got ${String(permits)}`);
    }
    if (!Number.isInteger(max) || max < permits) {
      throw new RangeError(`max must be a whole number, at least the ${permits} permits: got ${String(max)}`);
    }
    this.#available = permits;
    this.#max = max;
  }

  /** How many permits are free now. */
  get available(): number {
    return this.#available;
  }

  /** How many callers wait for a permit now. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Wait for a permit; call what it resolves with to give it back.
   * Cancellation: leaves the line and rejects with `signal.reason`; no permit is lost.
   */
  async acquire({ signal }: Abortable = {}): Promise<Release> {
    await this.#enter(signal);
    return this.#releaseOnce();
  }

  /** A permit if one is free right now, else undefined. */
  tryAcquire(): Release | undefined {
    if (this.#available === 0) return undefined;
    this.#available--;
    return this.#releaseOnce();
  }

  /** Give back a permit. Throws RangeError, and changes nothing, if `max` are free: more was released than acquired. */
  release(): void {
    const next = this.#waiters.next();
    if (next) next.resolve();
    else if (this.#available < this.#max) this.#available++;
    else throw new RangeError(`released more often than acquired: all of ${this.#max} permits are free`);
  }

  /**
   * Call `fn` while holding a permit, at once if one is free; the permit is given back when `fn` is done, however it
   * ends. Cancellation: only the wait for the permit is aborted, and then `fn` is never called.
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

  /** A promise only if the caller has to wait: the free path costs no turn of the microtask queue. */
  #enter(signal: AbortSignal | undefined): Promise<void> | undefined {
    signal?.throwIfAborted();
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
