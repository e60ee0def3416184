/** A task is quick if it takes less than this many milliseconds. */
const quickMs = 1;
const most = 16;

/**
 * How many tasks a thread may hold at a time. Each quick task raises the limit by one, up to 16. A slow task sets it
 * back to one.
 */
export class BatchSize {
  #limit = 1;
  #startedAt = 0;

  get limit(): number {
    return this.#limit;
  }

  /** True if the running task is not quick. */
  get overdue(): boolean {
    return performance.now() - this.#startedAt > quickMs;
  }

  /** A worker without tasks starts one. */
  taskStarts(): void {
    this.#startedAt = performance.now();
  }

  /** A task ends, and the one behind it starts. */
  taskEnds(): void {
    const now = performance.now();
    this.#limit = now - this.#startedAt < quickMs ? Math.min(this.#limit + 1, most) : 1;
    this.#startedAt = now;
  }

  reset(): void {
    this.#limit = 1;
  }
}
