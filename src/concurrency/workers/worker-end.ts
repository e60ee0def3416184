import { WorkerCrashed } from "../errors.js";

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
