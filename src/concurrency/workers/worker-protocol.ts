import { WorkerCrashed } from "../errors.js";
import type { Claims } from "./claims.js";
import type { PoolOptions } from "./executor.js";
import type { SerializedError } from "./serialized-error.js";

/**
 * A task as it travels to a worker. Messages are lists, because field names cost a tiny task a tenth of its time. `moved`
 * are the buffers among the arguments that are moved to the worker, not copied.
 */
export type TaskMessage =
  | readonly [id: number, name: string, args: readonly unknown[]]
  | readonly [id: number, name: string, args: readonly unknown[], moved: readonly ArrayBuffer[]];

/** What a worker reports. Tasks end in the order in which they were handed over, each report before the next start. */
export type Report =
  | readonly [type: "ready"]
  | readonly [type: "failed", error: SerializedError] // its module cannot be imported
  | readonly [type: "value", value: unknown]
  | readonly [type: "error", error: SerializedError]
  | readonly [type: "crashed", error?: SerializedError]; // it is about to die, and this is why

/** What is heard of a worker. */
export interface WorkerEvents {
  report(report: Report): void;
  /** Once, last, after every report it made. */
  exit(end: WorkerEnd): void;
}

/** A started worker, thread or process. */
export interface WorkerLink {
  /** Only a worker with claims is handed tasks before their turn: without, they could not be taken back. */
  readonly claims?: Claims;
  /** Throws, and posts nothing, if the tasks cannot be cloned. */
  post(tasks: readonly TaskMessage[]): void;
  /** Keep this process alive for the worker, or not. */
  hold(pending: boolean): void;
  /** Ask the idle worker to end. */
  stop(): void;
  kill(): void;
}

/** How to start a worker that serves `module`. */
export type StartWorker = (module: string, opts: PoolOptions, events: WorkerEvents) => WorkerLink;

/** How a worker died. */
export interface WorkerEnd {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason?: "oom";
  readonly cause?: unknown;
  /** What it was handed last never reached it. */
  readonly undelivered?: boolean;
}

/** The error for what the worker was doing. A new one each time: every task has a stack of its own. */
export function workerCrashed({ cause, ...end }: WorkerEnd, doing: string): WorkerCrashed {
  const message = `a worker (pid ${end.pid}) ${howItEnded(end)} while it ${doing}`;
  return new WorkerCrashed(message, end, cause === undefined ? undefined : { cause });
}

function howItEnded({ exitCode, signal, reason }: WorkerEnd): string {
  if (reason === "oom") return "ran out of memory";
  return signal ? `was killed by ${signal}` : `ended with exit code ${exitCode}`;
}
