import type { Calibration } from "../../src/labs/parallel/calibrate.js";
import * as real from "../../src/labs/parallel/ways.js";
import type { ParallelReport } from "../../src/labs/parallel.js";

/** The ways of `lab parallel`, by their names in its report. */
export const ways = {
  tasks: real.tasks,
  sequential: real.oneAfterAnother,
  threads: real.threads,
  processes: real.processes,
};

const claims = { tasks: /tasks on the event loop/, threads: /use \d CPUs/, copy: /a copy/, same: /computes the same/ };

/** The marks of the four claims. */
export function marksOf({ findings, undecided }: ParallelReport): Record<keyof typeof claims, string> {
  const mark = (pattern: RegExp) => {
    if (undecided.some(({ claim }) => pattern.test(claim))) return "?";
    const finding = findings.find(({ claim }) => pattern.test(claim));
    return finding ? (finding.holds ? "✔" : "✘") : "none";
  };
  return { tasks: mark(claims.tasks), threads: mark(claims.threads), copy: mark(claims.copy), same: mark(claims.same) };
}

/** A way without any work, as if it had taken `ms`. */
export function pretended(ms: number, more: Partial<real.Work> = {}): real.WayToWork {
  const work = { workers: 2, startMs: 0, ms, cpuMs: ms, copiedBytes: 0, handOverMs: 0, checksum: 1 };
  return async () => ({ ...work, ...more });
}

/** Two threads that were busy for `ms`. */
export function pretendedThreads(ms: number, more: Partial<real.Work> = {}): real.WayToWork {
  return pretended(ms, { cpuMs: 1.98 * ms, ...more });
}

export const ideal = {
  tasks: pretended(700),
  sequential: pretended(700),
  threads: pretendedThreads(360),
  processes: pretended(380, { cpuMs: 740, copiedBytes: 4000, refusal: "no shared memory" }),
};
export const slowThreads = { ...ideal, threads: pretendedThreads(600) };

export const calm = async (): Promise<Calibration> => ({ pieceMs: 10, freeCpus: 2 });
export const busy = async (): Promise<Calibration> => ({ pieceMs: 10, freeCpus: 1.5 });
export const twoCpus = { available: 2, calibrate: calm };
export const small = { cpus: 2, size: 1000 };
