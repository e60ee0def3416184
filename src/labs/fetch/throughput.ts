/**
 * Answered requests per second, in a round that starts requests for `timeMs` and then lets them finish. The figure is the
 * best rate reached at or after the end of the round, so one hanging request does not lower it. At a saturated server, and
 * at one with a constant latency, that is the rate in the long run.
 */
export class Throughput {
  /** When to start no more requests. */
  readonly end: number;
  readonly #start = performance.now();
  #answered = 0;
  #bestPerMs = 0;

  constructor(timeMs: number) {
    this.end = this.#start + timeMs;
  }

  answered(): void {
    const until = Math.max(this.end, performance.now());
    this.#bestPerMs = Math.max(this.#bestPerMs, ++this.#answered / (until - this.#start));
  }

  get perSecond(): number {
    return this.#bestPerMs * 1000;
  }
}
