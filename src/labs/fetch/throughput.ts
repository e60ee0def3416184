/**
 * Requests answered per second, in a round of `timeMs` in which requests are begun, and after which they only run out. It
 * counts from the beginning until the moment, at the end of these `timeMs` or later, at which the rate is best. At a server
 * that is full, and at one that answers each request after the same time, that is the rate in the long run, though no
 * answer may come before the end; of one request that hangs, or takes far longer than the others, nobody has to wait for
 * the end. Its place is taken all the same: where it is the only one, hardly anything is answered.
 */
export class Throughput {
  /** When to begin no more. */
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
