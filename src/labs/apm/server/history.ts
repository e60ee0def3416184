import { type Columns, type Extremes, metrics, type Points, type Values } from "../page/protocol.js";

const width = 3; // last, min, max

/** The last `seconds` seconds of a series: the last, least and greatest value of each second and metric. */
export class History {
  readonly #seconds: Float64Array;
  readonly #values: Float64Array;

  constructor(seconds: number) {
    this.#seconds = new Float64Array(seconds);
    this.#values = new Float64Array(seconds * metrics.length * width);
    this.clear();
  }

  /** Forget everything, so that another series can use the arrays. */
  clear(): void {
    this.#seconds.fill(-1);
  }

  /**
   * Add values to a second, and extremes beside them. A missing value changes nothing; a second older than the history
   * is ignored.
   */
  add(second: number, values: Values, extremes: Extremes = {}): void {
    const slot = second % this.#seconds.length;
    if ((this.#seconds[slot] ?? 0) > second) return;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#values.fill(Number.NaN, this.#offset(slot), this.#offset(slot + 1));
    }
    metrics.forEach((metric, i) => {
      const value = values[metric];
      if (value === undefined) return;
      const [least, greatest] = extremes[metric] ?? [value, value];
      this.#put(this.#offset(slot) + i * width, value, Math.min(value, least), Math.max(value, greatest));
    });
  }

  /** The seconds from `from` to `to`, both included, in buckets of `step` seconds. */
  points(from: number, to: number, step: number): Points {
    const merged = new History(1);
    const points: Required<Points> = { at: [], cpu: columns(), mem: columns(), lag: columns(), wait: columns() };
    const first = Math.max(from, to - this.#seconds.length + 1);
    for (let start = first - (first % step); start <= to; start += step) {
      merged.clear();
      for (let second = Math.max(start, first); second < Math.min(start + step, to + 1); second++) {
        merged.#merge(this, second);
      }
      if (merged.#seconds[0] !== -1) merged.#appendTo(points, start);
    }
    return points;
  }

  #offset(slot: number): number {
    return slot * metrics.length * width;
  }

  #put(at: number, last: number, min: number, max: number): void {
    const values = this.#values;
    values[at] = last;
    if (!((values[at + 1] as number) <= min)) values[at + 1] = min; // true for NaN, too
    if (!((values[at + 2] as number) >= max)) values[at + 2] = max;
  }

  #merge(other: History, second: number): void {
    const slot = second % other.#seconds.length;
    if (other.#seconds[slot] !== second) return;
    if (this.#seconds[0] === -1) this.#values.fill(Number.NaN);
    this.#seconds[0] = second;
    for (let i = 0; i < metrics.length; i++) {
      const [last, min, max] = other.#values.subarray(other.#offset(slot) + i * width) as unknown as Row;
      if (!Number.isNaN(last)) this.#put(i * width, last, min, max);
    }
  }

  #appendTo(points: Required<Points>, at: number): void {
    points.at.push(at);
    metrics.forEach((metric, i) => {
      const [last, min, max] = this.#values.subarray(i * width) as unknown as Row;
      points[metric].last.push(shown(last));
      points[metric].min.push(shown(min));
      points[metric].max.push(shown(max));
    });
  }
}

type Row = [last: number, min: number, max: number];

function columns(): Columns {
  return { last: [], min: [], max: [] };
}

/** Three decimals are more than a chart can show. */
function shown(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 1000) / 1000;
}
