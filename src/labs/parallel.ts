import { availableParallelism } from "node:os";
import { checkFreeFiles } from "../net/open-files.js";
import type { Finding, LabContext, Undecided } from "./lab.js";
import { sharedNumbers } from "./parallel/arithmetic.js";
import { type Calibrate, type Calibration, calibrate } from "./parallel/calibrate.js";
import { type Machine, type Round, type Way, worksToJudge } from "./parallel/round.js";
import { conclude, isOpen } from "./parallel/verdict.js";
import { type Job, oneAfterAnother, processes, tasks, threads, type WayToWork, type Work } from "./parallel/ways.js";

export type { Way } from "./parallel/round.js";

export interface ParallelOptions {
  /** How many threads, and how many processes. */
  cpus: number;
  /** How many numbers the array has, of four bytes each. */
  size: number;
}

export interface ParallelRow extends Work {
  way: Way;
  /** How many times as fast as one after another. */
  speedUp: number;
}

export interface ParallelReport extends ParallelOptions {
  /** How many CPUs the system has for this program. */
  available: number;
  /** How often all ways were run, up to 3 times. */
  rounds: number;
  /** Of each way, the median of the calm rounds. Without one, the last round. */
  rows: ParallelRow[];
  /** The state of the machine in the last round: before the tasks, before the threads, after the threads. */
  calibrations: readonly Calibration[];
  findings: Finding[];
  undecided: Undecided[];
}

/** A way has done its work, one of `steps` so far; or a further round begins, from 2 on. */
export type ParallelEvent = { type: "worked"; way: Way; steps: number } | { type: "again"; round: number };

const mostRounds = 3;
const lastStartMs = 5000;

interface Parts {
  ways: Record<Way, WayToWork>;
  calibrate: Calibrate;
  available: number;
  /** On a busy machine, a further round starts until then at the latest. */
  lastStartMs: number;
}

const ways = { tasks, sequential: oneAfterAnother, threads, processes };
const waysOfARound = Object.keys(ways).length;

/**
 * "Will not make your code faster", and "the true value of threading": the same arithmetic over one array as tasks, one
 * after another, in threads and in processes. A round that does not show all claims is run again. `parts` are for tests.
 */
export async function parallel(
  { cpus, size }: ParallelOptions,
  { signal, emit }: LabContext<ParallelEvent>,
  parts: Partial<Parts> = {},
): Promise<ParallelReport> {
  checkFreeFiles();
  const all: Parts = { ways, calibrate, available: availableParallelism(), lastStartMs, ...parts };
  const machine: Machine = { cpus, available: all.available };
  const numbers = sharedNumbers(size);
  const start = performance.now();
  const rounds: Round[] = [];
  do {
    if (rounds.length > 0) emit?.({ type: "again", round: rounds.length + 1 });
    const worked = (way: Way) => void emit?.({ type: "worked", way, steps: (rounds.length + 1) * waysOfARound });
    rounds.push(await runRound(numbers, { cpus, signal }, all, worked));
  } while (rounds.length < mostRounds && isOpen(rounds, machine, performance.now() - start < all.lastStartMs));
  const { calibrations } = rounds.at(-1) as Round;
  return {
    ...{ cpus, size, available: machine.available, rounds: rounds.length },
    rows: rowsOf(rounds, machine),
    calibrations,
    ...conclude(rounds, machine),
  };
}

function rowsOf(rounds: readonly Round[], machine: Machine): ParallelRow[] {
  const works = worksToJudge(rounds, machine);
  const { sequential } = works;
  return (Object.entries(works) as [Way, Work][]).map(([way, work]) => ({
    way,
    ...work,
    speedUp: sequential.ms / work.ms,
  }));
}

async function runRound(
  numbers: Int32Array,
  job: Job,
  { ways, calibrate }: Parts,
  worked: (way: Way) => void,
): Promise<Round> {
  const run = async (way: Way) => {
    const work = await ways[way](numbers, job);
    worked(way);
    return work;
  };
  const before = await calibrate(job.cpus, job.signal);
  const tasks = await run("tasks");
  const sequential = await run("sequential");
  const between = await calibrate(job.cpus, job.signal);
  const threads = await run("threads");
  const after = await calibrate(job.cpus, job.signal);
  const processes = await run("processes");
  return { work: { tasks, sequential, threads, processes }, calibrations: [before, between, after] };
}
