import { availableParallelism } from "node:os";
import { checkFreeFiles } from "../net/open-files.js";
import type { Finding, LabContext, Undecided } from "./lab.js";
import { sharedNumbers } from "./parallel/arithmetic.js";
import { type Calibrate, type Calibration, calibrate } from "./parallel/calibrate.js";
import { conclude, isOpen, type Machine, type Round, type Way } from "./parallel/verdict.js";
import { type Job, oneAfterAnother, processes, tasks, threads, type WayToWork, type Work } from "./parallel/ways.js";

export type { Way } from "./parallel/verdict.js";

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
  /** How often all ways were run, up to 3 times. The rows are those of the last round. */
  rounds: number;
  rows: ParallelRow[];
  /** The state of the machine in the last round: before the tasks, before the threads, after the threads. */
  calibrations: readonly Calibration[];
  findings: Finding[];
  undecided: Undecided[];
}

/** A way has done its work; or the machine was not calm, and a round, from 2, begins. */
export type ParallelEvent = { type: "worked"; way: Way } | { type: "again"; round: number };

const mostRounds = 3;
const patienceMs = 5000;

interface Parts {
  ways: Record<Way, WayToWork>;
  calibrate: Calibrate;
  available: number;
  /** After this time, a busy machine gets no further round. */
  patienceMs: number;
}

const ways = { tasks, sequential: oneAfterAnother, threads, processes };

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
  const all: Parts = { ways, calibrate, available: availableParallelism(), patienceMs, ...parts };
  const machine: Machine = { cpus, available: all.available };
  const numbers = sharedNumbers(size);
  const start = performance.now();
  const rounds = [await runRound(numbers, { cpus, signal }, all, emit)];
  while (rounds.length < mostRounds && isOpen(rounds, machine, performance.now() - start < all.patienceMs)) {
    emit?.({ type: "again", round: rounds.length + 1 });
    rounds.push(await runRound(numbers, { cpus, signal }, all, emit));
  }
  const { work, calibrations } = rounds.at(-1) as Round;
  const rows = Object.entries(work).map(([way, each]) => {
    return { way: way as Way, ...each, speedUp: work.sequential.ms / each.ms };
  });
  return {
    cpus,
    size,
    available: machine.available,
    rounds: rounds.length,
    rows,
    calibrations,
    ...conclude(rounds, machine),
  };
}

async function runRound(
  numbers: Int32Array,
  job: Job,
  { ways, calibrate }: Parts,
  emit: LabContext<ParallelEvent>["emit"],
): Promise<Round> {
  const run = async (way: Way) => {
    const work = await ways[way](numbers, job);
    emit?.({ type: "worked", way });
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
