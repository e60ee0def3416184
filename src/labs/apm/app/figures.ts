import { cpus } from "node:os";
import type { Sample } from "../sample.js";

/** What is measured for a sample. */
export type Figures = Pick<Sample, "cpu" | "mem" | "lag" | "heap" | "gc" | "processes">;

/** Where figures come from. */
export interface Probe {
  /** What was used since the last read, or since the start; undefined if what was watched is gone. */
  read(): Promise<Figures | undefined>;
}

/** Percent of one core. Clocks tick every 10 ms, so that over a short time it may seem to be more than there are. */
export function percentOfCore(cpuMs: number, elapsedMs: number): number {
  const percent = elapsedMs > 0 ? (cpuMs / elapsedMs) * 100 : 0;
  return rounded(Math.min(Math.max(percent, 0), 100 * cpus().length));
}

export function mebibytes(bytes: number): number {
  return rounded(bytes / 2 ** 20);
}

/** As many digits as are worth sending. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
