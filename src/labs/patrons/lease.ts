/**
 * The time until which the cache may be used. Each echo renews it: events come in the order of their commits, so an echo
 * proves that every change before it was sent has come. A lease that nobody renews ends by itself, even if the event loop
 * was blocked.
 */
export class Lease {
  #until = 0;

  get holds(): boolean {
    return performance.now() < this.#until;
  }

  /** Extend it to `until`, a time of performance.now(). */
  renew(until: number): void {
    this.#until = Math.max(this.#until, until);
  }

  end(): void {
    this.#until = 0;
  }
}
