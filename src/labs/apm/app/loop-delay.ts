const tickMs = 10;

/**
 * Watches for delays of the event loop by a timer that is due every 10 ms. A delay is told by exactly one read: by the
 * one that ends it, or by the first one after it.
 *
 * `monitorEventLoopDelay` of Node misses a delay that a read cuts in two: reset() forgets the tick that is overdue, and
 * the next tick has nothing to compare with.
 */
export class LoopDelay {
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + tickMs;
  #longestMs = 0;

  constructor() {
    this.#timer = setInterval(() => {
      this.#look();
      this.#due = performance.now() + tickMs;
    }, tickMs).unref();
  }

  /** The longest delay since the last read, in milliseconds; also one whose overdue tick has not come yet. */
  read(): number {
    this.#look();
    this.#due = Math.max(this.#due, performance.now()); // the overdue tick follows at once, and must not count again
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#longestMs = Math.max(this.#longestMs, performance.now() - this.#due);
  }
}
