import type { ProcStat } from "./proc.js";

export type CpuUse = Pick<ProcStat, "ppid" | "start" | "ownMs" | "reapedMs">;

/**
 * Adds up the CPU time of a changing set of processes, also of those that come and go between two looks. When a process
 * ends, its parent inherits its CPU time. The part that was counted before is a debt of that parent.
 */
export class CpuAccount {
  #known: ReadonlyMap<number, CpuUse>;
  #debts = new Map<number, number>();

  /** CPU time used before this look does not count. */
  constructor(first: ReadonlyMap<number, CpuUse>) {
    this.#known = first;
  }

  /** Milliseconds of CPU used since the last look. Of a new process, all its time counts. */
  add(now: ReadonlyMap<number, CpuUse>): number {
    const debts = this.#debtsOfHeirs(now);
    const late = this.#debts; // a parent may inherit one look after its child has gone
    let usedMs = 0;
    for (const [pid, use] of now) {
      const before = this.#sameAs(pid, use);
      usedMs += use.ownMs - (before?.ownMs ?? 0);
      const inherited = use.reapedMs - (before?.reapedMs ?? 0);
      const debt = (debts.get(pid) ?? 0) + (late.get(pid) ?? 0);
      usedMs += Math.max(0, inherited - debt);
      if (debts.has(pid)) debts.set(pid, Math.max(0, debt - inherited));
    }
    this.#known = now;
    this.#debts = debts;
    return usedMs;
  }

  /** Counted time of ended processes, by the nearest ancestor that still runs. */
  #debtsOfHeirs(now: ReadonlyMap<number, CpuUse>): Map<number, number> {
    const debts = new Map<number, number>();
    for (const [pid, gone] of this.#known) {
      if (isSame(gone, now.get(pid))) continue;
      const heir = this.#heirOf(gone, now);
      if (heir !== undefined) debts.set(heir, (debts.get(heir) ?? 0) + gone.ownMs + gone.reapedMs);
    }
    return debts;
  }

  #heirOf({ ppid }: CpuUse, now: ReadonlyMap<number, CpuUse>): number | undefined {
    for (let pid = ppid; ; ) {
      const ancestor = this.#known.get(pid);
      if (ancestor === undefined || isSame(ancestor, now.get(pid))) return ancestor && pid;
      pid = ancestor.ppid;
    }
  }

  #sameAs(pid: number, use: CpuUse): CpuUse | undefined {
    const before = this.#known.get(pid);
    return isSame(use, before) ? before : undefined;
  }
}

function isSame(use: CpuUse, other: CpuUse | undefined): boolean {
  return use.start === other?.start;
}
