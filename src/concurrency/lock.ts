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
  constructor() {
    super(1);
  }

  get locked(): boolean {
    return this.available === 0;
  }
}
