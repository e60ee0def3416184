/** The upper bounds of the buckets, in seconds. */
export const lagBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** The event-loop delays of a series in the buckets of Prometheus. A peak between two scrapes is counted, too. */
export class LagHistogram {
  /** Delays up to each bound, bounds below it included. */
  readonly counts: number[] = lagBounds.map(() => 0);
  count = 0;
  /** Seconds. */
  sum = 0;

  /** Take the delay of one sample, in milliseconds. */
  add(lagMs: number): void {
    const seconds = lagMs / 1000;
    this.count++;
    this.sum += seconds;
    lagBounds.forEach((bound, i) => {
      if (seconds <= bound) this.counts[i] = (this.counts[i] ?? 0) + 1;
    });
  }
}
