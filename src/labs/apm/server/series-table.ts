import type { Sample } from "../sample.js";
import { limits } from "./limits.js";
import { Series, seriesKey } from "./series.js";

/** The series that report, at most 256 of them. */
export class SeriesTable {
  readonly #series = new Map<string, Series>();
  readonly #historySeconds: number;

  constructor({ historySeconds }: { historySeconds: number }) {
    this.#historySeconds = historySeconds;
  }

  get size(): number {
    return this.#series.size;
  }

  values(): Iterable<Series> {
    return this.#series.values();
  }

  /** The series of a sample, a new one if need be; undefined if there is no room for it. */
  seriesOf(sample: Sample): Series | undefined {
    const key = seriesKey(sample);
    const known = this.#series.get(key);
    if (known) return known;
    if (this.size >= limits.maxSeries && !this.#dropEnded()) return undefined;
    const series = new Series(key, sample, this.#historySeconds);
    this.#series.set(key, series);
    return series;
  }

  /** Let go of those that have been silent for ten minutes. `now` is server time. */
  dropIdle(now: number): void {
    for (const { key, at } of this.#series.values()) {
      if ((now - at) * 1000 > limits.idleMs) this.#series.delete(key);
    }
  }

  /** Of those that said goodbye, the first to do so makes room. */
  #dropEnded(): boolean {
    const ended = [...this.#series.values()].filter(({ sample }) => sample.closing);
    const [first] = ended.sort((a, b) => a.at - b.at);
    return first !== undefined && this.#series.delete(first.key);
  }
}
