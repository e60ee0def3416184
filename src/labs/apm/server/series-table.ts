import { palette } from "../color.js";
import type { Sample } from "../sample.js";
import { History } from "./history.js";
import { limits } from "./limits.js";
import { Series, seriesKey } from "./series.js";

/** The current series, at most 256. */
export class SeriesTable {
  readonly #series = new Map<string, Series>();
  readonly #historySeconds: number;
  /** Histories of former series, for new ones: many short lives need no further memory. */
  readonly #spare: History[] = [];

  constructor({ historySeconds }: { historySeconds: number }) {
    this.#historySeconds = historySeconds;
  }

  get size(): number {
    return this.#series.size;
  }

  values(): Iterable<Series> {
    return this.#series.values();
  }

  /** The series of a sample, created if necessary; undefined if there is no room for it. */
  seriesOf(sample: Sample): Series | undefined {
    const key = seriesKey(sample);
    const known = this.#series.get(key);
    if (known) return known;
    if (this.size >= limits.maxSeries && !this.#dropEnded()) return undefined;
    const color = sample.default_color ? this.#nextColor() : undefined;
    const series = new Series(key, sample, this.#spare.pop() ?? new History(this.#historySeconds), color);
    this.#series.set(key, series);
    return series;
  }

  /** Drop the series that were silent for ten minutes, and return whether there were any. `now` is server time. */
  dropIdle(now: number): boolean {
    const idle = [...this.#series.values()].filter(({ at }) => (now - at) * 1000 > limits.idleMs);
    for (const series of idle) this.#drop(series);
    return idle.length > 0;
  }

  /** The colour of the palette that the fewest series have. */
  #nextColor(): string {
    const uses = new Map<string, number>(palette.map((color) => [color, 0]));
    for (const { sample } of this.#series.values()) uses.set(sample.color, (uses.get(sample.color) ?? 0) + 1);
    const [next = palette[0]] = [...palette].sort((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0));
    return next;
  }

  /** Drop the series that ended first, if any has. */
  #dropEnded(): boolean {
    const ended = [...this.#series.values()].filter(({ sample }) => sample.closing);
    const [first] = ended.sort((a, b) => a.at - b.at);
    if (first) this.#drop(first);
    return first !== undefined;
  }

  #drop({ key, history }: Series): void {
    this.#series.delete(key);
    history.clear();
    this.#spare.push(history);
  }
}
