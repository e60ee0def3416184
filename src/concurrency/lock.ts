import type { Abortable } from "./cancellation.js";
import { type Release, Semaphore } from "./semaphore.js";

/**
 * A mutex (asyncio.Lock): a semaphore of one with direct hand-off, so `locked` is never false between two holders.
 * Not re-entrant: a holder that acquires again waits for itself.
 *
 * ```js
 * const lock = new Lock();
 * await lock.use(() => {
 *   console.log(lock.locked); // true
 * });
 * console.log(lock.locked); // false
 * ```
 */
export class Lock extends Semaphore {
  #heldBy: AbortSignal | undefined;

  /** `name` (default: "lock") says in a trace what is waited for. */
  constructor({ name = "lock" }: { name?: string } = {}) {
    super(1, { name });
  }

  get locked(): boolean {
    return this.available === 0;
  }

  /** The signal that the holder waited with: a message about a deadlock names its task. */
  override get heldBy(): AbortSignal | undefined {
    return this.locked ? this.#heldBy : undefined;
  }

  override async acquire(opts: Abortable = {}): Promise<Release> {
    const release = await super.acquire(opts);
    this.#heldBy = opts.signal;
    return release;
  }

  override tryAcquire(): Release | undefined {
    const release = super.tryAcquire();
    if (release) this.#heldBy = undefined;
    return release;
  }

  override use<T>(fn: () => T | PromiseLike<T>, opts: Abortable = {}): Promise<T> {
    const held = () => {
      this.#heldBy = opts.signal;
      return fn();
    };
    return super.use(held, opts);
  }
}
