/** Requests that wait for their reply. */
export interface Waiting {
  count: number;
  /** The longest wait so far, in milliseconds; 0 without any. */
  longestMs: number;
}

/** The requests in flight, each with its start. To enter and to leave takes no search and makes no object. */
export class InFlight {
  readonly #since: number[] = []; // NaN in a free place
  readonly #free: number[] = [];

  /** A request starts at `since`, on the clock of performance.now(). Returns its place, for leave(). */
  enter(since: number): number {
    const place = this.#free.pop() ?? this.#since.length;
    this.#since[place] = since;
    return place;
  }

  leave(place: number): void {
    this.#since[place] = Number.NaN;
    this.#free.push(place);
  }

  /** The wait of each request until `at`, in milliseconds. */
  waits(at: number): number[] {
    return this.#since.filter((since) => !Number.isNaN(since)).map((since) => Math.max(0, at - since));
  }

  waiting(at: number = performance.now()): Waiting {
    const waits = this.waits(at);
    return { count: waits.length, longestMs: waits.reduce((longest, ms) => Math.max(longest, ms), 0) };
  }
}
