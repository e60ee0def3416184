/**
 * Milliseconds in which the event loop has turned, for time-outs of peers. A turn counts for at most `mostMs`: during a
 * longer one nothing was read, so no peer is to blame for it. Call tick() in each turn that judges.
 */
export class TurningClock {
  readonly #mostMs: number;
  #before = performance.now();
  #tickedAt = this.#before;

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  get now(): number {
    return this.#before + Math.min(performance.now() - this.#tickedAt, this.#mostMs);
  }

  /** Start a new turn. */
  tick(): number {
    this.#before = this.now;
    this.#tickedAt = performance.now();
    return this.#before;
  }
}
