import { CpuAccount } from "./cpu-account.js";
import { CpuMeter } from "./cpu-meter.js";
import { PeakMemory } from "./peak-memory.js";
import { mebibytes, type Probe, type Reading, rounded } from "./probe.js";
import { hasProc, type ProcStat, readStat } from "./proc.js";
import { ProcessTree } from "./process-tree.js";
import { RunQueue } from "./run-queue.js";

/**
 * Measures a process and all its descendants by /proc. CPU time includes processes that came and went between two
 * looks. Resident memory that processes share counts for each of them.
 */
export class TreeProbe implements Probe {
  readonly #root: number;
  readonly #start: number;
  readonly #withRoot: boolean;
  readonly #tree: ProcessTree;
  readonly #account: CpuAccount;
  readonly #cpu = new CpuMeter(0);
  readonly #runQueue = new RunQueue();
  readonly peak = new PeakMemory();
  #usedMs = 0;

  /**
   * Returns undefined if there is no such process, or no /proc. `withRoot: false` leaves out the root itself, but
   * counts its descendants and the children it has waited for.
   */
  static open(root: number, { withRoot }: { withRoot: boolean }): TreeProbe | undefined {
    const stat = hasProc() ? readStat(root) : undefined;
    return stat?.ended === false ? new TreeProbe(root, stat, withRoot) : undefined;
  }

  private constructor(root: number, stat: ProcStat, withRoot: boolean) {
    this.#root = root;
    this.#start = stat.start;
    this.#withRoot = withRoot;
    this.#tree = new ProcessTree(root);
    this.#account = new CpuAccount(this.#look() ?? new Map());
  }

  async read(): Promise<Reading | undefined> {
    const stats = this.#look();
    if (stats === undefined) return undefined;
    this.#usedMs += this.#account.add(stats);
    const counted = this.#counted(stats);
    const bytes = counted.reduce((sum, [, { rss }]) => sum + rss, 0);
    this.peak.look(counted);
    const wait = this.#runQueue.read(counted.map(([pid]) => pid));
    return {
      ...this.#cpu.read(this.#usedMs),
      mem: mebibytes(bytes),
      mem_peak: mebibytes(this.peak.take()),
      processes: counted.length,
      ...(wait !== undefined && { wait: rounded(wait) }),
    };
  }

  /** Costs as much as a read. */
  glance(): void {
    this.peak.look(this.#counted(this.#look() ?? new Map()));
  }

  /** The processes that use memory and count. */
  #counted(stats: ReadonlyMap<number, ProcStat>): [number, ProcStat][] {
    return [...stats].filter(([pid, { ended }]) => !ended && (this.#withRoot || pid !== this.#root));
  }

  /** The tree, parents before children; undefined once the root has ended or its number belongs to another process. */
  #look(): Map<number, ProcStat> | undefined {
    const stat = readStat(this.#root);
    if (stat?.start !== this.#start || stat.ended) return undefined;
    const ownMs = this.#withRoot ? stat.ownMs : 0;
    return new Map([[this.#root, { ...stat, ownMs }], ...this.#tree.descendants()]);
  }
}
