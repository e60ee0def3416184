import type pidusage from "pidusage";
import { mebibytes, type Probe, percentOfCore, type Reading } from "./probe.js";

/**
 * Measures one process on a platform without /proc, without its descendants. Linux uses TreeProbe: pidusage reads each
 * process in a thread, costs several times as much, and ignores children that have ended.
 */
export class PortableProbe implements Probe {
  readonly #pid: number;
  #last: pidusage.Status;
  #at: number;

  /** Resolves with undefined if there is no such process. */
  static async open(pid: number): Promise<PortableProbe | undefined> {
    const first = await usageOf(pid);
    return first && new PortableProbe(pid, first);
  }

  private constructor(pid: number, first: pidusage.Status) {
    this.#pid = pid;
    this.#last = first;
    this.#at = performance.now();
  }

  async read(): Promise<Reading | undefined> {
    const now = await usageOf(this.#pid);
    if (now === undefined) return undefined;
    const at = performance.now();
    const cpu = percentOfCore(now.ctime - this.#last.ctime, at - this.#at); // `cpu` of pidusage is 0 the first time
    this.#last = now;
    this.#at = at;
    return { cpu, mem: mebibytes(now.memory), processes: 1 };
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
