import { Semaphore } from "./semaphore.js";

/**
 * A mutex (asyncio.Lock): a semaphore of one with direct hand-off, so `locked` never reads false between two holders.
 * Not re-entrant: a holder that acquires again waits for itself.
 */
export class Lock extends Semaphore {
  constructor() {
    super(1);
  }

  get locked(): boolean {
    return this.available === 0;
  }
}
