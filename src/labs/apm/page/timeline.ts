import { type Line, withBreaks } from "./breaks.js";
import { type Extremes, type Metric, metrics, type Points, type Values } from "./protocol.js";

/** The lines of some series over the same seconds, and for each line the least and greatest value of each second. */
export interface Lines {
  seconds: number[];
  lines: Line[];
  bands: { least: Float64Array; greatest: Float64Array }[];
}

/** A value and the extremes of its second. */
export interface Reading {
  last: number;
  least: number;
  greatest: number;
}

/** Metrics whose line shows the greatest value of each second: the last one would hide the delays before it. */
const worst: ReadonlySet<Metric> = new Set(["lag", "wait"]);

/** Whether the line of a metric shows the greatest value of each second. */
export function isWorst(metric: Metric): boolean {
  return worst.has(metric);
}

const width = 3; // last, least, greatest
const perSecond = metrics.length * width;

/** The last 15 minutes and 10 seconds of every series: the last, least and greatest value of each second. */
export class Timeline {
  readonly #seconds = 15 * 60 + 10;
  readonly #tracks = new Map<string, Float64Array>();
  #first = 0;

  /** Add values that arrived at `at`, in server time. `between` are extremes that their samples had. */
  add(key: string, at: number, values: Values, between: Extremes = {}): void {
    const second = Math.floor(at);
    this.#advanceTo(second);
    if (second < this.#first) return;
    const track = this.#trackOf(key);
    metrics.forEach((metric, i) => {
      const [value, extremes] = [values[metric], between[metric]];
      const place = this.#place(second, i);
      if (value !== undefined) put(track, place, value, value, value);
      if (extremes) widen(track, place, ...extremes);
    });
  }

  /** Add the points of `/api/series`. A second that is known keeps its last value, and its extremes are widened. */
  fill(key: string, points: Points): void {
    points.at.forEach((second, n) => {
      this.#advanceTo(second);
      if (second < this.#first) return;
      const track = this.#trackOf(key);
      metrics.forEach((metric, i) => {
        const { last = [], min = [], max = [] } = points[metric] ?? {};
        const [value, least, greatest] = [last[n] ?? undefined, min[n] ?? undefined, max[n] ?? undefined];
        if (value === undefined || least === undefined || greatest === undefined) return;
        const place = this.#place(second, i);
        put(track, place, Number.isNaN(track[place]) ? value : (track[place] as number), least, greatest);
      });
    });
  }

  delete(key: string): void {
    this.#tracks.delete(key);
  }

  clear(): void {
    this.#tracks.clear();
    this.#first = 0;
  }

  /** The value of a line at that second, or up to two seconds before. */
  valueAt(key: string, metric: Metric, second: number): number | undefined {
    return this.readingAt(key, metric, second)?.last;
  }

  /** The same, with the extremes of the second. `last` is the value of the line: of a lag the greatest. */
  readingAt(key: string, metric: Metric, second: number): Reading | undefined {
    const track = this.#tracks.get(key);
    for (let at = second; track && at > second - 3 && this.#holds(at); at--) {
      const [last, least, greatest] = track.subarray(this.#place(at, metrics.indexOf(metric))) as unknown as number[];
      if (Number.isNaN(greatest) || last === undefined || least === undefined || greatest === undefined) continue;
      return { last: worst.has(metric) ? greatest : last, least, greatest };
    }
    return undefined;
  }

  /** The greatest value of a line from `from` to `to`, in server time. */
  greatest(key: string, metric: Metric, from: number, to: number): number | undefined {
    const track = this.#tracks.get(key);
    if (!track) return undefined;
    let most = Number.NaN;
    for (let second = Math.max(this.#first, Math.ceil(from)); second <= to && this.#holds(second); second++) {
      const value = track[this.#place(second, metrics.indexOf(metric)) + 2] as number;
      if (!(most >= value) && !Number.isNaN(value)) most = value;
    }
    return Number.isNaN(most) ? undefined : most;
  }

  /** The seconds from `from` to `to` in server time, and a line over them for each of `keys`. */
  view(keys: readonly string[], metric: Metric, from: number, to: number): Lines {
    const start = this.#first + Math.max(0, Math.floor(from) - this.#first - 1);
    const end = this.#first + Math.min(this.#seconds, Math.ceil(to) - this.#first + 1);
    const seconds = Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
    const bands = keys.map((key) => this.#band(key, metric, seconds));
    const lines = bands.map(({ last, greatest }) => withBreaks(worst.has(metric) ? greatest : last));
    return { seconds, lines, bands };
  }

  #band(key: string, metric: Metric, seconds: readonly number[]) {
    const [last, least, greatest] = [0, 1, 2].map(() => new Float64Array(seconds.length).fill(Number.NaN)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const track = this.#tracks.get(key);
    const index = metrics.indexOf(metric);
    if (!track) return { last, least, greatest };
    seconds.forEach((second, i) => {
      const place = this.#place(second, index);
      [last[i], least[i], greatest[i]] = [track[place], track[place + 1], track[place + 2]] as [number, number, number];
    });
    return { last, least, greatest };
  }

  #holds(second: number): boolean {
    return second >= this.#first && second < this.#first + this.#seconds;
  }

  #place(second: number, metric: number): number {
    return (second % this.#seconds) * perSecond + metric * width;
  }

  #trackOf(key: string): Float64Array {
    const known = this.#tracks.get(key);
    if (known) return known;
    const track = new Float64Array(this.#seconds * perSecond).fill(Number.NaN);
    this.#tracks.set(key, track);
    return track;
  }

  #advanceTo(second: number): void {
    const next = this.#first + this.#seconds;
    if (second < next) return;
    this.#first = second - this.#seconds + 1;
    for (let fresh = Math.max(next, this.#first); fresh <= second; fresh++) {
      const place = this.#place(fresh, 0);
      for (const track of this.#tracks.values()) track.fill(Number.NaN, place, place + perSecond);
    }
  }
}

function put(track: Float64Array, place: number, last: number, least: number, greatest: number): void {
  track[place] = last;
  widen(track, place, least, greatest);
}

function widen(track: Float64Array, place: number, least: number, greatest: number): void {
  if (!((track[place + 1] as number) <= least)) track[place + 1] = least; // true for NaN, too
  if (!((track[place + 2] as number) >= greatest)) track[place + 2] = greatest;
}
