import { counted } from "../../text/counted.js";
import { type Conclusions, concludeFrom, type Finding, type Undecided } from "../lab.js";
import type { Calibration } from "./calibrate.js";
import type { Work } from "./ways.js";

export type Way = "tasks" | "sequential" | "threads" | "processes";

/** One run of each way. The machine was calibrated before the tasks, before the threads, and after them. */
export interface Round {
  work: Record<Way, Work>;
  calibrations: readonly Calibration[];
}

export interface Machine {
  /** How many CPUs the run is to use. */
  cpus: number;
  /** How many the system has for this program. */
  available: number;
}

interface Verdict extends Undecided {
  /** Undefined: this round cannot tell. */
  holds: boolean | undefined;
  /** Another round could not tell either. */
  isFinal?: true;
}

type Judge = (round: Round, machine: Machine) => Verdict;

const shortestMs = 50; // of work; in less, a moment of another program decides

/** Whether another round may decide more. While the machine is busy, it may only if `isPatient`. */
export function isOpen(rounds: readonly Round[], machine: Machine, isPatient: boolean): boolean {
  return timeVerdicts(rounds, machine).some(
    ({ holds, isFinal }) => !isFinal && (holds === false || (holds === undefined && isPatient)),
  );
}

export function conclude(rounds: readonly Round[], machine: Machine): Conclusions {
  const onTimes = timeVerdicts(rounds, machine);
  return concludeFrom([...onTimes, copyFinding(rounds), checksumFinding(rounds)]);
}

function timeVerdicts(rounds: readonly Round[], machine: Machine): Verdict[] {
  return [tasksVerdict, threadsVerdict].map((judge) => overRounds(rounds.map((round) => judge(round, machine))));
}

/** A claim about time holds if it does in one calm round. It fails if it does in each round, and all were calm. */
function overRounds(verdicts: readonly Verdict[]): Verdict {
  const last = verdicts.at(-1) as Verdict;
  return (
    verdicts.find(({ holds }) => holds) ??
    ((last.holds === false && verdicts.find(({ holds }) => holds === undefined)) || last)
  );
}

const tasksVerdict: Judge = ({ work: { tasks, sequential }, calibrations }, { cpus, available }) => {
  const claim = `Work in ${counted(tasks.workers, "task")} on the event loop takes as long as one piece after another`;
  const measured = `${inMs(tasks.ms)} against ${inMs(sequential.ms)}, ${times(tasks.ms / sequential.ms)} as long`;
  if (sequential.ms < shortestMs) return tooShort(claim, measured);
  const unrest = unrestIn(calibrations, Math.min(cpus, available)) ?? unrestBeside([tasks, sequential]);
  if (unrest) return { claim, measured: `${measured}; ${unrest}`, holds: undefined };
  return { claim, measured, holds: tasks.ms >= 0.9 * sequential.ms && tasks.ms <= 1.1 * sequential.ms };
};

const threadsVerdict: Judge = ({ work: { sequential, threads }, calibrations }, { cpus, available }) => {
  const least = leastSpeedUp(cpus);
  const claim = `Threads that share the array use ${cpus === 1 ? "several CPUs" : `${cpus} CPUs`} at a time`;
  const speedUp = `${times(sequential.ms / threads.ms)} as fast as one after another, on ${(threads.cpuMs / threads.ms).toFixed(1)} CPUs`;
  if (cpus === 1) return { claim, measured: `${speedUp}; it takes two CPUs to tell`, holds: undefined, isFinal: true };
  if (cpus > available)
    return { claim, measured: `${speedUp}; the machine has only ${available}`, holds: undefined, isFinal: true };
  if (threads.workers < cpus)
    return {
      claim,
      measured: `${speedUp}; only ${counted(threads.workers, "thread")} started`,
      holds: undefined,
      isFinal: true,
    };
  if (sequential.ms < shortestMs) return tooShort(claim, speedUp);
  const unrest = unrestIn(calibrations, cpus) ?? unrestBeside([sequential]);
  if (unrest) return { claim, measured: `${speedUp}; ${unrest}`, holds: undefined };
  return {
    claim,
    measured: `${speedUp}; at least ${times(least)} is expected`,
    holds: sequential.ms / threads.ms >= least,
  };
};

/** Two CPUs are nearly twice as fast. Of more, some may be two halves of one core, or clock lower together. */
export function leastSpeedUp(cpus: number): number {
  return Math.max(1.6, cpus / 2);
}

function copyFinding(rounds: readonly Round[]): Finding {
  const works = rounds.map(({ work }) => work);
  const { threads, processes } = works.at(-1) as Round["work"];
  return {
    claim: "Threads share the one array, where processes need a copy",
    measured: `of their own, the threads have ${inMib(threads.copiedBytes)}, the processes ${inMib(processes.copiedBytes)}, which took ${inMs(processes.handOverMs)}`,
    holds: works.every((work) => work.threads.copiedBytes === 0 && work.processes.copiedBytes > 0),
  };
}

function checksumFinding(rounds: readonly Round[]): Finding {
  const sums = rounds.flatMap(({ work }) => Object.values(work).map(({ checksum }) => checksum));
  const different = [...new Set(sums)];
  return {
    claim: "Each way computes the same",
    measured: `${different.length === 1 ? "the checksum" : "checksums"} ${different.join(", ")} from ${counted(sums.length, "run")}`,
    holds: different.length === 1,
  };
}

/** Why the machine was no fair judge while it was calibrated. */
function unrestIn(calibrations: readonly Calibration[], cpus: number): string | undefined {
  const free = Math.min(...calibrations.map(({ freeCpus }) => freeCpus));
  if (free < 0.9 * cpus) return `the machine was busy: ${free.toFixed(1)} of ${cpus} CPUs were free`;
  const pieces = calibrations.map(({ pieceMs }) => pieceMs);
  const spread = Math.max(...pieces) / Math.min(...pieces);
  return spread > 1.15
    ? `the machine was uneven: the same piece of work took up to ${times(spread)} as long`
    : undefined;
}

/** Why work of one thread cannot be judged by its time: it was not given a CPU all the time. */
function unrestBeside(works: readonly Work[]): string | undefined {
  const share = Math.min(...works.map(({ cpuMs, ms }) => cpuMs / ms));
  return share < 0.95 ? `the machine was busy: the work had ${(100 * share).toFixed(0)} % of a CPU` : undefined;
}

function tooShort(claim: string, measured: string): Verdict {
  return { claim, measured: `${measured}; that is too short to tell, see --size`, holds: undefined, isFinal: true };
}

function inMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

function times(factor: number): string {
  return `${factor.toFixed(2)} times`;
}

function inMib(bytes: number): string {
  return bytes === 0 ? "none" : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
