import { listPids, type ProcStat, readStat } from "./proc.js";

/**
 * Finds the descendants of a process. Each look lists /proc once and reads only new processes and those of the tree.
 * With hundreds of other processes, that costs a tenth of reading all. A child whose parent ends is adopted, mostly by
 * init, and then leaves the tree.
 */
export class ProcessTree {
  readonly #root: number;
  /** The parent of each process at first sight. It changes only when that parent ends. */
  #parents = new Map<number, number>();

  constructor(root: number) {
    this.#root = root;
  }

  /** All current descendants, without the root. */
  descendants(): Map<number, ProcStat> {
    const children = this.#childrenOfEach();
    const found = new Map<number, ProcStat>();
    const pending = [this.#root];
    for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
      for (const pid of children.get(parent) ?? []) {
        const stat = readStat(pid);
        if (stat?.ppid !== parent) continue; // it has ended, or the number belongs to another process
        found.set(pid, stat);
        pending.push(pid);
      }
    }
    return found;
  }

  #childrenOfEach(): Map<number, number[]> {
    const parents = new Map<number, number>();
    const children = new Map<number, number[]>();
    const alive = new Set(listPids());
    for (const pid of alive) {
      const known = this.#parents.get(pid);
      const parent = known !== undefined && alive.has(known) ? known : readStat(pid)?.ppid;
      if (parent === undefined) continue;
      parents.set(pid, parent);
      const siblings = children.get(parent);
      if (siblings) siblings.push(pid);
      else children.set(parent, [pid]);
    }
    this.#parents = parents;
    return children;
  }
}
