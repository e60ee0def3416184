import type { Calibration } from "./calibrate.js";
import type { Work } from "./ways.js";

export type Way = "tasks" | "sequential" | "threads" | "processes";

/** The work of each way. */
export type Works = Record<Way, Work>;

/** One run of each way. The machine was calibrated before the tasks, before the threads, and after them. */
export interface Round {
  work: Works;
  calibrations: readonly Calibration[];
}

export interface Machine {
  /** How many CPUs the run is to use. */
  cpus: number;
  /** How many the system has for this program. */
  available: number;
}

/** Why a round is no fair measure of time: the machine was not calm. Undefined if it was. */
export function unrestOf({ work: { tasks, sequential }, calibrations }: Round, machine: Machine): string | undefined {
  const cpus = Math.min(machine.cpus, machine.available);
  const free = Math.min(...calibrations.map(({ freeCpus }) => freeCpus));
  if (free < 0.9 * cpus) return `the machine was busy: ${free.toFixed(1)} of ${cpus} CPUs were free`;
  const pieces = calibrations.map(({ pieceMs }) => pieceMs);
  const spread = Math.max(...pieces) / Math.min(...pieces);
  if (spread > 1.15)
    return `the machine was uneven: the same piece of work took up to ${spread.toFixed(2)} times as long`;
  const share = Math.min(...[tasks, sequential].map(({ cpuMs, ms }) => cpuMs / ms));
  return share < 0.95 ? `the machine was busy: the work had ${(100 * share).toFixed(0)} % of a CPU` : undefined;
}

/** The works to show and to judge: of each way the median of the calm rounds. Without one, those of the last round. */
export function worksToJudge(rounds: readonly Round[], machine: Machine): Works {
  const calm = rounds.filter((round) => unrestOf(round, machine) === undefined);
  if (calm.length === 0) return (rounds.at(-1) as Round).work;
  const [tasks, sequential, threads, processes] = (["tasks", "sequential", "threads", "processes"] as const).map(
    (way) => median(calm.map(({ work }) => work[way])),
  ) as [Work, Work, Work, Work];
  return { tasks, sequential, threads, processes };
}

/** By time. Of two, the slower one. */
function median(works: readonly Work[]): Work {
  return works.toSorted((a, b) => a.ms - b.ms)[Math.floor(works.length / 2)] as Work;
}
