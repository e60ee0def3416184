import type { Sample } from "../sample.js";
import { hasProc, readStat } from "./proc.js";

/** What a command has used, from its start to its end. */
export interface Usage {
  /** Seconds from start to end. */
  wall: number;
  /** CPU time in seconds of the command and of every descendant that was waited for; undefined without /proc. */
  user?: number;
  system?: number;
  /** Greatest resident memory in MiB. */
  peakMem: number;
  /** Percent of one core: over the whole time, and in the busiest sample. */
  meanCpu?: number;
  peakCpu: number;
}

/** Measures a command that this process starts and waits for. */
export class UsageMeter {
  readonly #startedAt = performance.now();
  readonly #before = reapedByUs();
  #peakMem = 0;
  #peakCpu = 0;

  /** Take each sample of the command. */
  add({ cpu, mem, mem_peak = mem, span = 0 }: Sample): void {
    this.#peakMem = Math.max(this.#peakMem, mem, mem_peak);
    if (span >= 100) this.#peakCpu = Math.max(this.#peakCpu, cpu);
  }

  /** Call it once the command has ended and was waited for. */
  end(): Usage {
    const wall = (performance.now() - this.#startedAt) / 1000;
    const [before, now] = [this.#before, reapedByUs()];
    const shared = { wall, peakMem: this.#peakMem };
    if (!before || !now) return { ...shared, peakCpu: this.#peakCpu };
    const [user, system] = [(now.user - before.user) / 1000, (now.system - before.system) / 1000];
    const meanCpu = ((user + system) / wall) * 100;
    return { ...shared, user, system, meanCpu, peakCpu: Math.max(this.#peakCpu, meanCpu) };
  }
}

function reapedByUs(): { user: number; system: number } | undefined {
  const stat = hasProc() ? readStat(process.pid) : undefined;
  return stat && { user: stat.reapedUserMs, system: stat.reapedSystemMs };
}
