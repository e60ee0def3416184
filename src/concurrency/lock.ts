import { Semaphore } from "./semaphore.js";

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
  /** `name` (default: "lock") says in a trace what is waited for. */
  constructor({ name = "lock" }: { name?: string } = {}) {
    super(1, { name });
  }

  get locked(): boolean {
    return this.available === 0;
  }
}
