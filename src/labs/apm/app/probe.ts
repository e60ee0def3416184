import { cpus } from "node:os";
import type { Sample } from "../sample.js";

/** One reading of a probe: the measured fields of a sample. */
export type Reading = Pick<
  Sample,
  "cpu" | "mem" | "span" | "cpu_seconds" | "lag" | "heap" | "gc" | "processes" | "mem_peak" | "wait"
>;

/** A source of readings. */
export interface Probe {
  /** Resolves with the use since the last read, or since the start; with undefined once the process is gone. */
  read(): Promise<Reading | undefined>;
  /** Look for a peak that the next read would miss. */
  glance?(): void;
}

/** Percent of one core, at most 100 for each core. */
export function percentOfCore(cpuMs: number, elapsedMs: number): number {
  const percent = elapsedMs > 0 ? (cpuMs / elapsedMs) * 100 : 0;
  return rounded(Math.min(Math.max(percent, 0), 100 * cpus().length));
}

/** Bytes in MiB. */
export function mebibytes(bytes: number): number {
  return rounded(bytes / 2 ** 20);
}

/** Two decimals are enough for a sample. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
