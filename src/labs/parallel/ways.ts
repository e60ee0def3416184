import { setImmediate as nextTurn } from "node:timers/promises";
import { gather, ProcessPool, ThreadPool } from "../../concurrency/index.js";
import { checksum, type Part, partsOf, total } from "./arithmetic.js";
import { isCopied, refusalOf } from "./sharing.js";
import { type CallExecutor, callsUrl, submitted, warmUp } from "./warm-up.js";
import type * as calls from "./worker-calls.js";
import { monotonicMs, type PartReply, type WorkerReply } from "./worker-calls.js";

/** One run of the arithmetic. All times are milliseconds. */
export interface Work {
  /** How many tasks, threads or processes did it. */
  workers: number;
  /** The time until each worker had started and was warm. It is no part of `ms`. */
  startMs: number;
  /** The time of the work, from the first call to the last result. */
  ms: number;
  /** The CPU time used meanwhile, by this process and the workers. */
  cpuMs: number;
  /** The bytes that the workers have of their own, and the time until the last of them had its part. */
  copiedBytes: number;
  handOverMs: number;
  checksum: number;
  /** Why the pool refused to hand the shared array over. Only for processes. */
  refusal?: string;
}

export interface Job {
  cpus: number;
  signal: AbortSignal;
  /** The worker module of threads and processes (default: worker-calls.js). Tests replace it. */
  module?: URL;
}

export type WayToWork = (numbers: Int32Array, job: Job) => Promise<Work>;

type Calls = typeof calls;

const taskCount = 8;
const sliceSize = 32_768; // some 5 ms of arithmetic

/** Eight tasks on the event loop, which take turns. */
export const tasks: WayToWork = (numbers, { signal }) =>
  onMainThread(taskCount, () => {
    const parts = partsOf(all(numbers), taskCount);
    return gather(
      parts.map((part) => (own: AbortSignal) => inSlices(numbers, part, own)),
      { signal },
    );
  });

/** The same eight parts, one after another. */
export const oneAfterAnother: WayToWork = (numbers, { signal }) =>
  onMainThread(1, async () => {
    const sums = [];
    for (const part of partsOf(all(numbers), taskCount)) sums.push(await inSlices(numbers, part, signal));
    return sums;
  });

/** A thread for each CPU, over the one array. */
export const threads: WayToWork = async (numbers, job) => {
  const start = monotonicMs();
  await using pool = new ThreadPool<Calls>(job.module ?? callsUrl, { maxWorkers: job.cpus });
  return await inPool(pool, start, job, numbers, () => partsOf(all(numbers), job.cpus).map((part) => [numbers, part]));
};

/** A process for each CPU. A process cannot see the array, so each gets a copy of its part. */
export const processes: WayToWork = async (numbers, job) => {
  const start = monotonicMs();
  await using pool = new ProcessPool<Calls>(job.module ?? callsUrl, { maxWorkers: job.cpus });
  return await inPool(pool, start, job, numbers, () =>
    partsOf(all(numbers), job.cpus).map(({ from, to }) => {
      const copy = numbers.slice(from, to);
      return [copy, all(copy)];
    }),
  );
};

/** A part in slices, with a turn of the event loop after each: other tasks go on, and Ctrl-C is heard. */
async function inSlices(numbers: Int32Array, part: Part, signal: AbortSignal): Promise<number> {
  const sums = [];
  for (const slice of partsOf(part, Math.ceil((part.to - part.from) / sliceSize))) {
    sums.push(checksum(numbers, slice));
    await nextTurn();
    signal.throwIfAborted();
  }
  return total(sums);
}

async function onMainThread(workers: number, work: () => Promise<readonly number[]>): Promise<Work> {
  const cpuBefore = cpuMsHere();
  const start = monotonicMs();
  const sums = await work();
  const ms = monotonicMs() - start;
  const cpuMs = cpuMsHere() - cpuBefore;
  return { workers, startMs: 0, ms, cpuMs, copiedBytes: 0, handOverMs: 0, checksum: total(sums) };
}

/** Warm the pool up, then submit one call for each worker. `makePieces` makes their arguments, copies included. */
async function inPool(
  pool: CallExecutor,
  createdAt: number,
  { cpus, signal }: Job,
  numbers: Int32Array,
  makePieces: () => [Int32Array, Part][],
): Promise<Work> {
  const warm = await warmUp(pool, cpus, signal);
  const start = monotonicMs();
  const cpuBefore = cpuMsHere();
  const pieces = makePieces();
  const calls = pieces.map((piece) => (own: AbortSignal) => pool.submit("sumPart", piece, { signal: own }));
  const replies = await submitted(calls, signal);
  const end = monotonicMs();
  const cpuMs = cpuMsHere() - cpuBefore + cpuMsOfChildren(warm, replies);
  const refusal = await refusalOf(pool, numbers.subarray(0, 1), signal);
  return {
    workers: new Set(replies.map(({ worker }) => worker)).size,
    startMs: start - createdAt,
    ms: end - start,
    cpuMs,
    copiedBytes: await copiedBytesOf(pool, pieces, replies, signal),
    handOverMs: Math.max(...replies.map(({ arrivedAtMs }) => arrivedAtMs)) - start,
    checksum: total(replies.map(({ sum }) => sum)),
    ...(refusal !== undefined && { refusal }),
  };
}

/** The bytes that arrived in the workers, but for memory that they share with this thread. */
async function copiedBytesOf(
  pool: CallExecutor,
  pieces: readonly [Int32Array, Part][],
  replies: readonly PartReply[],
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const [index, [numbers, { from }]] of pieces.entries()) {
    const copied = await isCopied(pool, numbers.subarray(from, from + 1), signal);
    if (copied) bytes += replies[index]?.arrivedBytes ?? 0;
  }
  return bytes;
}

/** The CPU time of this process, its threads included. */
function cpuMsHere(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The CPU time that child processes used between their last warm-up and their last reply. */
function cpuMsOfChildren(warm: readonly WorkerReply[], replies: readonly PartReply[]): number {
  const before = new Map(warm.map(({ pid, cpuMs }) => [pid, cpuMs]));
  const after = new Map(replies.map(({ pid, cpuMs }) => [pid, cpuMs]));
  after.delete(process.pid);
  return [...after].reduce((sum, [pid, cpuMs]) => sum + cpuMs - (before.get(pid) ?? 0), 0);
}

function all(numbers: Int32Array): Part {
  return { from: 0, to: numbers.length };
}
