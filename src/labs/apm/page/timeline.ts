import { type Metric, metrics, type Points } from "../page-protocol.js";

type Cell = number | null | undefined;

/** A line on the grid of seconds: a number, undefined without a sample (the line goes on), or null (it breaks). */
export type Line = Cell[];

/** The last 15 minutes and 10 seconds of every series, second by second. */
export class Timeline {
  readonly #seconds = 15 * 60 + 10;
  readonly #lines = new Map<string, Record<Metric, Line>>();
  #first = 0;

  /** Add values that arrived at `at`, in server time. */
  add(key: string, at: number, values: Partial<Record<Metric, number | null>>): void {
    const second = Math.floor(at);
    this.#advanceTo(second);
    const index = second - this.#first;
    if (index < 0) return;
    const lines = this.#linesOf(key);
    for (const metric of metrics) {
      const value = values[metric];
      if (typeof value === "number") lines[metric][index] = value;
    }
  }

  /** Add the points of `/api/series`. */
  fill(key: string, { at, cpu, mem, lag }: Points): void {
    at.forEach((second, i) => {
      this.add(key, second, { cpu: cpu.last[i] ?? null, mem: mem.last[i] ?? null, lag: lag.last[i] ?? null });
    });
  }

  delete(key: string): void {
    this.#lines.delete(key);
  }

  clear(): void {
    this.#lines.clear();
    this.#first = 0;
  }

  /** The value of a line at that second, or up to two seconds before. */
  valueAt(key: string, metric: Metric, second: number): number | undefined {
    const line = this.#lines.get(key)?.[metric];
    for (let i = second - this.#first; line && i >= 0 && i > second - this.#first - 3; i--) {
      const cell = line[i];
      if (typeof cell === "number") return cell;
    }
    return undefined;
  }

  /** The seconds from `from` to `to` in server time, and a line over them for each of `keys`. */
  view(keys: readonly string[], metric: Metric, from: number, to: number): { seconds: number[]; lines: Line[] } {
    const start = Math.max(0, Math.floor(from) - this.#first - 1);
    const end = Math.min(this.#seconds, Math.ceil(to) - this.#first + 1);
    const length = Math.max(0, end - start);
    const seconds = Array.from({ length }, (_, i) => this.#first + start + i);
    const lines = keys.map((key) => withBreaks(this.#lines.get(key)?.[metric].slice(start, end) ?? [], length));
    return { seconds, lines };
  }

  #linesOf(key: string): Record<Metric, Line> {
    const known = this.#lines.get(key);
    if (known) return known;
    const line = () => Array.from({ length: this.#seconds }, () => undefined as Cell);
    const lines = { cpu: line(), mem: line(), lag: line() };
    this.#lines.set(key, lines);
    return lines;
  }

  #advanceTo(second: number): void {
    const steps = second - (this.#first + this.#seconds - 1);
    if (steps <= 0) return;
    this.#first += steps;
    for (const lines of this.#lines.values()) for (const metric of metrics) shift(lines[metric], steps);
  }
}

function shift(line: Line, steps: number): void {
  const { length } = line;
  line.splice(0, steps);
  while (line.length < length) line.push(undefined);
}

/** Break the line at a silence above 3 s that is also above 2.5 times its usual distance. */
function withBreaks(line: Line, length: number): Line {
  line.length = length;
  const longest = Math.max(3, 2.5 * usualDistance(line));
  let last = -1;
  for (let i = 0; i < length; i++) {
    if (line[i] === undefined) continue;
    if (last >= 0 && i - last > longest) line.fill(null, last + 1, i);
    last = i;
  }
  return line;
}

/** The median distance of two samples in seconds. */
function usualDistance(line: Line): number {
  const distances: number[] = [];
  let last = -1;
  line.forEach((cell, i) => {
    if (cell === undefined) return;
    if (last >= 0) distances.push(i - last);
    last = i;
  });
  return distances.sort((a, b) => a - b)[distances.length >> 1] ?? 1;
}
