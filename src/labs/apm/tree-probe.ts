import pidusage from "pidusage";
import { CpuAccount, type CpuUse } from "./cpu-account.js";
import { type Figures, mebibytes, type Probe, percentOfCore } from "./figures.js";
import { hasProc, type ProcStat, readStat } from "./proc.js";
import { ProcessTree } from "./process-tree.js";

export interface TreeProbeOptions {
  /** Whether the root itself counts, or only what is below it (what it has waited for counts in any case). */
  withRoot: boolean;
  /** How often it will be read. */
  intervalMs: number;
}

interface Look {
  uses: Map<number, CpuUse>;
  bytes: number;
  processes: number;
  at: number;
}

/** pidusage keeps a file open for each process it was asked about: for so long after the last time, at least. */
const leastKeptMs = 5000;

/**
 * Measures a process and all its descendants from outside: CPU time, and resident memory, of which what they share
 * counts for each. Where there is no /proc, the root alone is measured.
 */
export class TreeProbe implements Probe {
  readonly #root: number;
  readonly #options: TreeProbeOptions;
  readonly #tree: ProcessTree;
  readonly #account: CpuAccount;
  #last: Look;

  /** undefined if there is no such process, or nothing to be seen below it for want of /proc. */
  static async open(root: number, options: TreeProbeOptions): Promise<TreeProbe | undefined> {
    await pidusage(process.pid); // the first time it starts programs to learn about the machine: not ours to count
    const tree = new ProcessTree(root);
    const first = await look(root, tree, options);
    return first && new TreeProbe(root, tree, options, first);
  }

  private constructor(root: number, tree: ProcessTree, options: TreeProbeOptions, first: Look) {
    this.#root = root;
    this.#options = options;
    this.#tree = tree;
    this.#account = new CpuAccount(first.uses);
    this.#last = first;
  }

  async read(): Promise<Figures | undefined> {
    const now = await look(this.#root, this.#tree, this.#options);
    const [was, is] = [this.#last.uses.get(this.#root), now?.uses.get(this.#root)];
    if (now === undefined || is?.start !== was?.start) return undefined; // or another process has its number by now
    const cpuMs = this.#account.add(now.uses);
    const elapsedMs = now.at - this.#last.at;
    this.#last = now;
    return { cpu: percentOfCore(cpuMs, elapsedMs), mem: mebibytes(now.bytes), processes: now.processes };
  }

  close(): void {}
}

async function look(root: number, tree: ProcessTree, { withRoot, intervalMs }: TreeProbeOptions) {
  const rootStat = hasProc ? readStat(root) : withRoot ? unknown : undefined;
  if (rootStat === undefined) return undefined;
  const stats = hasProc ? tree.descendants() : new Map<number, ProcStat>();
  if (withRoot) stats.set(root, rootStat);
  const at = performance.now();
  const usage = await usageOf([...stats.keys()], Math.max(leastKeptMs, 3 * intervalMs));
  if (withRoot && !usage[root]) return undefined;

  const result: Look = { uses: new Map(), bytes: 0, processes: 0, at };
  if (!withRoot) result.uses.set(root, { ...rootStat, ownMs: 0 });
  for (const [pid, stat] of stats) {
    const one = usage[pid];
    if (!one) continue; // it ended a moment ago
    result.uses.set(pid, { ...stat, ownMs: one.ctime });
    result.bytes += one.memory;
    result.processes++;
  }
  return result;
}

const unknown: ProcStat = { ppid: 0, start: 0, reapedMs: 0 };

/** Of the processes that are (still) there. One call at a time: a second one would leave files open. */
async function usageOf(pids: number[], maxage: number): Promise<Record<string, pidusage.Status | null | undefined>> {
  if (pids.length === 0) return {};
  try {
    return await pidusage(pids, { maxage });
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return {}; // all of them are gone
    throw error;
  }
}
