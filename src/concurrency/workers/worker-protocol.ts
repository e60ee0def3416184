import { WorkerCrashed } from "../errors.js";
import type { Claims } from "./claims.js";
import type { Movable, PoolOptions } from "./executor.js";
import type { SerializedError } from "./serialized-error.js";

/**
 * A task on its way to a worker. `moved` lists the parts of the arguments that are moved, not copied. Messages are
 * arrays, since field names would cost a tiny task a tenth of its time.
 */
export type TaskMessage =
  | readonly [id: number, name: string, args: readonly unknown[]]
  | readonly [id: number, name: string, args: readonly unknown[], moved: readonly Movable[]];

/** When a task started and ended, in milliseconds since 1970. Sent only if somebody looked as the worker started. */
export type Times = readonly [from: number, to: number];

/** The argument of a worker process that sends them. */
export const timed = "timed";

/** A message from a worker. It sends the outcome of each task before it starts the next, in the order of arrival. */
export type WorkerMessage =
  | readonly [type: "ready"]
  | readonly [type: "failed", error: SerializedError] // its module cannot be imported
  | readonly [type: "value", value: unknown, times?: Times]
  | readonly [type: "error", error: SerializedError, times?: Times]
  | readonly [type: "crashed", error?: SerializedError]; // it is about to die, of this error

/** The pool's end of the channel to one worker, thread or process. */
export interface WorkerChannel {
  /** Such as "thread 1" or "process 22014". */
  readonly name: string;
  /** Without claims, a worker gets one task at a time: a second one could not be taken back. */
  readonly claims?: Claims;
  /** Send tasks. Throws, and sends nothing, if they cannot be cloned. */
  send(tasks: readonly TaskMessage[]): void;
  /** Choose whether the worker keeps this process alive. */
  keepAlive(wanted: boolean): void;
  /** Ask an idle worker to end. */
  stop(): void;
  kill(): void;
}

/** The worker's end of the channel. */
export interface PoolChannel {
  /** Send a message. Parts of it that `moved` lists may be moved. Throws, and sends nothing, if the message cannot be cloned. */
  send(message: WorkerMessage, moved?: readonly Movable[]): void;
  /** Call `take` with the tasks that arrive. */
  receive(take: (tasks: readonly TaskMessage[]) => void): void;
  /** True if this task may start: the pool has not revoked it. */
  claim(id: number): boolean;
  /** Whether outcomes go with their times. */
  readonly isTimed: boolean;
}

/** The events of a started worker. */
export interface WorkerEvents {
  message(message: WorkerMessage): void;
  /** The worker is dead, and all its messages have arrived. Called once. */
  exit(end: WorkerEnd): void;
}

/** Start a worker that imports `module`. */
export type StartWorker = (module: string, opts: PoolOptions, events: WorkerEvents) => WorkerChannel;

/** How a worker died. */
export interface WorkerEnd {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason?: "oom";
  readonly cause?: unknown;
  /** True if the last task sent never reached the worker. */
  readonly undelivered?: boolean;
}

/** The error for the work of a dead worker. Each task gets one of its own, with its own stack. */
export function workerCrashed({ cause, ...end }: WorkerEnd, doing: string): WorkerCrashed {
  const message = `a worker (pid ${end.pid}) ${howItEnded(end)} while it ${doing}`;
  return new WorkerCrashed(message, end, cause === undefined ? undefined : { cause });
}

function howItEnded({ exitCode, signal, reason }: WorkerEnd): string {
  if (reason === "oom") return "ran out of memory";
  return signal ? `was killed by ${signal}` : `ended with exit code ${exitCode}`;
}
