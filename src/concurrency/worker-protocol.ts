import type { Portable } from "./portable.js";

/** A task as it travels to a worker. */
export interface TaskMessage {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Buffers among the arguments that are moved to the worker, not copied. */
  readonly moved?: readonly ArrayBuffer[];
}

/** What a worker reports. Tasks end in the order in which they were handed over, each report before the next start. */
export type Report =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly error: Portable } // its module cannot be imported
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: Portable }
  | { readonly type: "crashed"; readonly error?: Portable }; // it is about to die, and this is why

/** How a worker died. */
export interface WorkerEnd {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason?: "oom";
  readonly cause?: unknown;
}

/** What the pool hears of a worker. */
export interface WorkerEvents {
  report(report: Report): void;
  /** Once, last, after every report it made. */
  exit(end: WorkerEnd): void;
}
