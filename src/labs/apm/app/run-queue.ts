import { readWait } from "./proc.js";

/**
 * The time that the main threads of some processes were ready to run and waited for a processor. The kernel knows it of
 * any process, unlike the delay of an event loop.
 */
export class RunQueue {
  #known = new Map<number, number>();
  #at = performance.now();

  /** Milliseconds of waiting per second since the last call, in all processes together; undefined if unknown. */
  read(pids: Iterable<number>): number | undefined {
    const [before, now] = [this.#known, performance.now()];
    const elapsed = (now - this.#at) / 1000;
    this.#known = new Map();
    this.#at = now;
    let waitedMs: number | undefined;
    for (const pid of pids) {
      const total = readWait(pid);
      if (total === undefined) continue;
      this.#known.set(pid, total);
      waitedMs = (waitedMs ?? 0) + Math.max(0, total - (before.get(pid) ?? 0));
    }
    return waitedMs === undefined || elapsed < 0.1 ? undefined : waitedMs / elapsed;
  }
}
