import { readFileSync } from "node:fs";

/** Resident memory of a process now, and its peak so far, in MiB. */
export function memoryOf(pid: number): { nowMiB: number; peakMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { nowMiB: of("VmRSS"), peakMiB: of("VmHWM") };
}
