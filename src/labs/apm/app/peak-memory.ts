import { type ProcStat, readPeak } from "./proc.js";

/**
 * The greatest resident memory of a changing set of processes: the sum that a look finds, or the peak of one process
 * that the kernel has kept since. So a peak between two looks is found while its process lives. Peaks that are older
 * than the first look do not count.
 */
export class PeakMemory {
  #peaks: ReadonlyMap<number, number> | undefined;
  #sinceTaken = 0;
  /** Bytes, over the whole life. */
  greatest = 0;

  /** Look at the processes that run now. */
  look(stats: Iterable<[pid: number, stat: ProcStat]>): void {
    const peaks = new Map<number, number>();
    let sum = 0;
    for (const [pid, { rss }] of stats) {
      sum += rss;
      const peak = readPeak(pid) ?? rss;
      peaks.set(pid, peak);
      if (this.#peaks && peak > (this.#peaks.get(pid) ?? 0)) this.#raise(peak);
    }
    this.#raise(sum);
    this.#peaks = peaks;
  }

  /** The greatest memory in bytes since the last call. */
  take(): number {
    const bytes = this.#sinceTaken;
    this.#sinceTaken = 0;
    return bytes;
  }

  #raise(bytes: number): void {
    this.#sinceTaken = Math.max(this.#sinceTaken, bytes);
    this.greatest = Math.max(this.greatest, bytes);
  }
}
