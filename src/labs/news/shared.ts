/**
 * One result for all callers. `make` is called at most once in `forMs` milliseconds, counted from its start, and never
 * while it runs. `now` is the clock (default: performance.now).
 */
export class Shared<T> {
  readonly #make: () => Promise<T>;
  readonly #forMs: number;
  readonly #now: () => number;
  #latest: Promise<T> | undefined;
  #staleAt = 0;
  #isMaking = false;

  constructor(make: () => Promise<T>, forMs: number, now = () => performance.now()) {
    this.#make = make;
    this.#forMs = forMs;
    this.#now = now;
  }

  /** The latest result, or the one that is being made. */
  get(): Promise<T> {
    if (this.#latest && (this.#isMaking || this.#now() < this.#staleAt)) return this.#latest;
    this.#staleAt = this.#now() + this.#forMs;
    this.#isMaking = true;
    const done = () => {
      this.#isMaking = false;
    };
    this.#latest = this.#make();
    this.#latest.then(done, done);
    return this.#latest;
  }
}
