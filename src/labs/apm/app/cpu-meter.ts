import { percentOfCore, type Reading, rounded } from "./probe.js";

/** Milliseconds that a figure spans at least. CPU time comes in ticks of 10 ms, so a shorter one would be a guess. */
const leastSpanMs = 100;

interface Mark {
  at: number;
  totalMs: number;
}

/**
 * Turns a growing total of CPU time into percent of one core. A figure reaches back to the last reading that is 100 ms
 * old: two readings a moment apart share most of their span.
 */
export class CpuMeter {
  readonly #firstMs: number;
  /** Oldest first. All but the first are younger than 100 ms. */
  #marks: Mark[];

  /** `totalMs`: the CPU time until now, in milliseconds. */
  constructor(totalMs: number, at = performance.now()) {
    this.#firstMs = totalMs;
    this.#marks = [{ at, totalMs }];
  }

  read(totalMs: number, at = performance.now()): Required<Pick<Reading, "cpu" | "span" | "cpu_seconds">> {
    const old = this.#marks.filter((mark) => at - mark.at >= leastSpanMs);
    const since = old.at(-1) ?? (this.#marks[0] as Mark);
    this.#marks = [...this.#marks.slice(this.#marks.indexOf(since)), { at, totalMs }];
    const spanMs = at - since.at;
    return {
      cpu: percentOfCore(totalMs - since.totalMs, spanMs),
      span: rounded(spanMs),
      cpu_seconds: rounded((totalMs - this.#firstMs) / 1000),
    };
  }
}
