import { listPids, type ProcStat, readStat } from "./proc.js";

/**
 * The descendants of a process, found anew at each look. A look lists /proc once and reads the processes it has not seen
 * before and those of the tree: on a machine with hundreds of others a tenth of what reading all of them costs. A child
 * whose parent ends belongs to init from then on, or to whoever adopts it: mostly that is, it has left the tree.
 */
export class ProcessTree {
  readonly #root: number;
  /** The parent of every process, as it was at first sight: it only changes when that parent ends. */
  #parents = new Map<number, number>();

  constructor(root: number) {
    this.#root = root;
  }

  /** Everything below the root at this moment, the root not included. */
  descendants(): Map<number, ProcStat> {
    const children = this.#childrenOfEach();
    const found = new Map<number, ProcStat>();
    const pending = [this.#root];
    for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
      for (const pid of children.get(parent) ?? []) {
        const stat = readStat(pid);
        if (stat?.ppid !== parent) continue; // it has ended, or its number means another process now
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
