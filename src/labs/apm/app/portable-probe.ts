import type pidusage from "pidusage";
import { CpuMeter } from "./cpu-meter.js";
import { mebibytes, type Probe, type Reading } from "./probe.js";

/**
 * Measures one process on a platform without /proc, without its descendants. Linux uses TreeProbe: pidusage reads each
 * process in a thread, costs several times as much, and ignores children that have ended.
 */
export class PortableProbe implements Probe {
  readonly #pid: number;
  readonly #cpu: CpuMeter;

  /** Resolves with undefined if there is no such process. */
  static async open(pid: number): Promise<PortableProbe | undefined> {
    const first = await usageOf(pid);
    return first && new PortableProbe(pid, first);
  }

  private constructor(pid: number, first: pidusage.Status) {
    this.#pid = pid;
    this.#cpu = new CpuMeter(first.ctime); // `cpu` of pidusage is 0 the first time
  }

  async read(): Promise<Reading | undefined> {
    const now = await usageOf(this.#pid);
    if (now === undefined) return undefined;
    return { ...this.#cpu.read(now.ctime), mem: mebibytes(now.memory), processes: 1 };
  }
}

async function usageOf(pid: number): Promise<pidusage.Status | undefined> {
  const { default: pidusage } = await import("pidusage");
  try {
    return await pidusage(pid);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH" || message === "No matching pid found") return undefined;
    throw error;
  }
}
