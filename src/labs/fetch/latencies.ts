import { LogHistogram } from "./log-histogram.js";

/** The percentiles of a report. */
const percentiles = { p50: 50, p90: 90, p95: 95, p99: 99, "p99.9": 99.9 } as const;
type Percentile = keyof typeof percentiles;

/** The figures of a report that waiting requests can raise. */
export type Raisable = Percentile | "mean" | "max";

/** Statistics of durations, in milliseconds; null without any. A percentile is the nearest rank, rounded up. */
export interface LatencyReport extends Record<Percentile, number | null> {
  count: number;
  min: number | null;
  mean: number | null;
  max: number | null;
  /** Figures that are lower bounds, because requests still waited at the end. */
  atLeast: Raisable[];
  /** Durations above the bar before and up to `upTo` milliseconds: 1, 2, 5, 10, 20 … The bar above 50 s ends at the longest. */
  histogram: { upTo: number; count: number }[];
}

const bars = [...decades(0.1, 6)];

/**
 * Durations, in constant memory. Percentiles are exact to a thousandth. Minimum, maximum and mean are exact. A request that
 * still waits at the end counts with its wait so far, which is a lower bound of its duration.
 */
export class Latencies {
  readonly #histogram = new LogHistogram(); // of whole microseconds, 1 at least
  readonly #counts = new Array<number>(bars.length + 1).fill(0);
  #waiting = 0;
  #sumMs = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#histogram.count;
  }

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1000)));
    this.#sumMs += ms;
    if (ms < this.#min) this.#min = ms;
    if (ms > this.#max) this.#max = ms;
    let bar = 0;
    while (bar < bars.length && ms > (bars[bar] ?? 0)) bar++;
    this.#counts[bar] = (this.#counts[bar] ?? 0) + 1;
  }

  /** Record a duration that is `ms` so far. */
  recordWaiting(ms: number): void {
    this.#waiting++;
    this.record(ms);
  }

  /** The duration within which `percent` of all ended, in milliseconds; null without any. */
  percentile(percent: number): number | null {
    if (this.count === 0) return null;
    return Math.min(toThousandth(this.#max), this.#histogram.atRank(this.#rank(percent)) / 1000);
  }

  report(): LatencyReport {
    const { count } = this;
    const known = (value: number) => (count === 0 ? null : toThousandth(value));
    return {
      count,
      min: known(this.#min),
      mean: known(this.#sumMs / count),
      p50: this.percentile(50),
      p90: this.percentile(90),
      p95: this.percentile(95),
      p99: this.percentile(99),
      "p99.9": this.percentile(99.9),
      max: known(this.#max),
      atLeast: this.#atLeast(),
      histogram: this.#bars(),
    };
  }

  /** Rounded up, so that p99 of 60 is the longest. Tenths of a percent are whole numbers, which do not round wrongly. */
  #rank(percent: number): number {
    return Math.max(1, Math.ceil((Math.round(percent * 10) * this.count) / 1000));
  }

  /** A percentile has an upper bound if enough requests ended. A waiting one may take for ever. */
  #atLeast(): Raisable[] {
    if (this.#waiting === 0) return [];
    const ended = this.count - this.#waiting;
    const names = Object.keys(percentiles) as Percentile[];
    return ["mean", ...names.filter((name) => this.#rank(percentiles[name]) > ended), "max"];
  }

  /** From the first bar that is not empty to the last. */
  #bars(): { upTo: number; count: number }[] {
    const all = this.#counts.map((count, bar) => ({ upTo: bars[bar] ?? toThousandth(this.#max), count }));
    const filled = all.map(({ count }) => count > 0);
    return all.slice(Math.max(0, filled.indexOf(true)), filled.lastIndexOf(true) + 1);
  }
}

function toThousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function* decades(from: number, count: number): Generator<number> {
  for (let decade = 0; decade < count; decade++) {
    for (const step of [1, 2, 5]) yield Number((from * step * 10 ** decade).toPrecision(1));
  }
}
