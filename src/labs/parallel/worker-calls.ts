/** The worker module: functions that the pools call by name, in a thread or in a process. */
import { threadId } from "node:worker_threads";
import { checksum, type Part, sharedNumbers } from "./arithmetic.js";

/** The worker behind a call, and the CPU time in milliseconds that its whole process has used. */
export interface WorkerReply {
  worker: string;
  pid: number;
  cpuMs: number;
}

export interface PartReply extends WorkerReply {
  sum: number;
  /** The size of the array that arrived, be it shared or a copy. */
  arrivedBytes: number;
  /** When the array had arrived, on the clock of monotonicMs(). */
  arrivedAtMs: number;
}

const warmUpSize = 5000;
const warmUpCalls = 20; // V8 compiles a function for good once it was called a few times

/** The arithmetic over one part. */
export function sumPart(numbers: Int32Array, part: Part): PartReply {
  const arrivedAtMs = monotonicMs();
  return { sum: checksum(numbers, part), arrivedBytes: numbers.byteLength, arrivedAtMs, ...reply() };
}

/** Leaves a mark in the first place. The caller sees it if the memory is shared. */
export function writeMark(numbers: Int32Array, mark: number): void {
  numbers[0] = mark;
}

/** Lets V8 compile the arithmetic, which each worker does for itself. */
export function warmUp(): WorkerReply {
  const numbers = sharedNumbers(warmUpSize);
  for (let call = 0; call < warmUpCalls; call++) checksum(numbers, { from: 0, to: warmUpSize });
  return reply();
}

/** Use the CPU for `ms` milliseconds. */
export function spin(ms: number): void {
  const start = performance.now();
  while (performance.now() - start < ms);
}

/** A clock that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function reply(): WorkerReply {
  const { user, system } = process.cpuUsage();
  return { worker: `${process.pid}:${threadId}`, pid: process.pid, cpuMs: (user + system) / 1000 };
}
