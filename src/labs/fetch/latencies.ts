import { createHistogram } from "node:perf_hooks";

/** Statistics of durations, in milliseconds; null without any. */
export interface LatencyReport {
  count: number;
  min: number | null;
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  "p99.9": number | null;
  max: number | null;
  /** Durations above the bar before and up to `upTo` milliseconds: 1, 2, 5, 10, 20 … The bar above 50 s ends at the longest. */
  histogram: { upTo: number; count: number }[];
}

const bars = [...decades(0.1, 6)];

/**
 * Durations in a histogram (HdrHistogram, as in Node). Percentiles have three exact digits, in constant memory. Minimum,
 * maximum and mean are exact.
 */
export class Latencies {
  readonly #histogram = createHistogram(); // of whole microseconds, 1 at least
  readonly #counts = new Array<number>(bars.length + 1).fill(0);
  #sumMs = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return Number(this.#histogram.count);
  }

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1000)));
    this.#sumMs += ms;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
    let bar = 0;
    while (bar < bars.length && ms > (bars[bar] ?? 0)) bar++;
    this.#counts[bar] = (this.#counts[bar] ?? 0) + 1;
  }

  /** The duration within which `percent` of all ended, in milliseconds; null without any. */
  percentile(percent: number): number | null {
    return this.count === 0 ? null : Math.min(this.#max, this.#histogram.percentile(percent) / 1000);
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
      p99: this.percentile(99),
      "p99.9": this.percentile(99.9),
      max: known(this.#max),
      histogram: this.#bars(),
    };
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
