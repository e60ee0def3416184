/** A worker whose tasks take less than this many milliseconds is handed several at a time, up to so many. */
const quick = 1;
const mostAtATime = 16;

/** How many tasks a worker is handed at a time: one more with each quick one, after a slow one a single one again. */
export class Pace {
  #window = 1;
  #progressAt = 0;

  get window(): number {
    return this.#window;
  }

  /** Has the task that runs been running for longer than it should? */
  get slow(): boolean {
    return performance.now() - this.#progressAt > quick;
  }

  /** The first task of several starts. */
  start(): void {
    this.#progressAt = performance.now();
  }

  /** A task has ended, and the next one starts. */
  next(): void {
    const now = performance.now();
    this.#window = now - this.#progressAt < quick ? Math.min(this.#window + 1, mostAtATime) : 1;
    this.#progressAt = now;
  }

  reset(): void {
    this.#window = 1;
  }
}
