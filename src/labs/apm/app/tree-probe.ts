import { CpuAccount } from "./cpu-account.js";
import { type Figures, mebibytes, type Probe, percentOfCore } from "./figures.js";
import { hasProc, type ProcStat, readStat } from "./proc.js";
import { ProcessTree } from "./process-tree.js";

/**
 * Measures a process and all its descendants from outside, by /proc: CPU time, also of what came and went since the last
 * look, and resident memory, of which what they share counts for each.
 */
export class TreeProbe implements Probe {
  readonly #root: number;
  readonly #start: number;
  readonly #withRoot: boolean;
  readonly #tree: ProcessTree;
  readonly #account: CpuAccount;
  #at = performance.now();

  /**
   * undefined if there is no such process, or no /proc. `withRoot`: whether the root itself counts, or only what is
   * below it and what it has waited for.
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

  async read(): Promise<Figures | undefined> {
    const stats = this.#look();
    if (stats === undefined) return undefined;
    const at = performance.now();
    const elapsedMs = at - this.#at;
    this.#at = at;
    const cpuMs = this.#account.add(stats);
    const counted = [...stats].filter(([pid, { ended }]) => !ended && (this.#withRoot || pid !== this.#root));
    const bytes = counted.reduce((sum, [, { rss }]) => sum + rss, 0);
    return { cpu: percentOfCore(cpuMs, elapsedMs), mem: mebibytes(bytes), processes: counted.length };
  }

  /** Parents before their children; undefined once the root has ended, or another process has its number. */
  #look(): Map<number, ProcStat> | undefined {
    const stat = readStat(this.#root);
    if (stat?.start !== this.#start || stat.ended) return undefined;
    const ownMs = this.#withRoot ? stat.ownMs : 0;
    return new Map([[this.#root, { ...stat, ownMs }], ...this.#tree.descendants()]);
  }
}
