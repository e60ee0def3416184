import type { Abortable } from "./cancellation.js";
import { Waiters } from "./waiters.js";

const done = Promise.resolve();

/**
 * A flag to wait for (asyncio.Event). set() wakes every waiter, and lets later ones through until clear().
 *
 * ```js
 * const ready = new Event();
 * setTimeout(() => ready.set(), 10);
 * await ready.wait();
 * console.log(ready.isSet); // true
 * ```
 */
export class Event {
  readonly #waiters = new Waiters<void>("event");
  #isSet = false;

  get isSet(): boolean {
    return this.#isSet;
  }

  /** Wake every waiter. A clear() that follows at once does not hold them up. */
  set(): void {
    this.#isSet = true;
    for (let waiter = this.#waiters.next(); waiter; waiter = this.#waiters.next()) waiter.resolve();
  }

  clear(): void {
    this.#isSet = false;
  }

  /** Resolve once the flag is set, at once if it is. Cancellation: rejects with `signal.reason`. */
  wait({ signal }: Abortable = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return this.#isSet ? done : this.#waiters.park(undefined, signal);
  }
}
