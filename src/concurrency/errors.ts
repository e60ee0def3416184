import { constants } from "node:os";

// The names are on the prototypes: a stack is written before own fields are set, and begins with the name.

/**
 * timeout() rejects with it when its deadline passed first. `cause` is the error with which the work stopped.
 *
 * ```js
 * const error = await timeout(10, (signal) => sleep(1000, { signal })).catch((error) => error);
 * console.log(error instanceof TimeoutError); // true
 * ```
 */
export class TimeoutError extends Error {
  static {
    TimeoutError.prototype.name = "TimeoutError";
  }
}

/**
 * The reason of run()'s signal after SIGINT, SIGTERM or SIGHUP. `exitCode` is 128 + the number of the signal.
 *
 * ```js
 * const reason = new Interrupted("SIGINT");
 * console.log(reason.message, reason.exitCode); // interrupted by SIGINT 130
 * ```
 */
export class Interrupted extends Error {
  static {
    Interrupted.prototype.name = "Interrupted";
  }
  readonly signal: NodeJS.Signals;
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Ends the program with exit code `code`, once every clean-up is done. `message` goes to stderr; `--debug` of
 * `lab` shows `options.cause`. The constructor throws
 * RangeError unless `code` is a whole number from 0 to 255: the system would cut it, 256 to 0.
 *
 * ```js
 * runMain(async ({ defer }) => {
 *   defer(() => console.log("cleaned up")); // cleaned up
 *   throw new ExitError(0);
 * });
 * ```
 */
export class ExitError extends Error {
  static {
    ExitError.prototype.name = "ExitError";
  }
  readonly code: number;

  constructor(code: number, message?: string, options?: ErrorOptions) {
    super(message, options);
    if (!Number.isInteger(code) || code < 0 || code > 255) {
      throw new RangeError(`an exit code must be a whole number from 0 to 255, got ${String(code)}`);
    }
    this.code = code;
  }
}

/**
 * getNowait() throws it when the queue has no item.
 *
 * ```js
 * try {
 *   new Queue().getNowait();
 * } catch (error) {
 *   console.log(error instanceof QueueEmpty); // true
 * }
 * ```
 */
export class QueueEmpty extends Error {
  static {
    QueueEmpty.prototype.name = "QueueEmpty";
  }
}

/**
 * putNowait() throws it when the queue has no room.
 *
 * ```js
 * const queue = new Queue({ maxSize: 1 });
 * queue.putNowait("first");
 * try {
 *   queue.putNowait("second");
 * } catch (error) {
 *   console.log(error instanceof QueueFull); // true
 * }
 * ```
 */
export class QueueFull extends Error {
  static {
    QueueFull.prototype.name = "QueueFull";
  }
}

/**
 * The queue was shut down. Every put rejects with it, and every get once the queue is drained.
 *
 * ```js
 * const queue = new Queue();
 * queue.shutdown();
 * const error = await queue.get().catch((error) => error);
 * console.log(error instanceof QueueShutDown); // true
 * ```
 */
export class QueueShutDown extends Error {
  static {
    QueueShutDown.prototype.name = "QueueShutDown";
  }
}

/**
 * A worker of a pool died while it ran a task, and the task is lost. `cause` is the uncaught exception, if there was one.
 *
 * ```js
 * const pool = new ThreadPool(new URL("data:text/javascript,export const leave = () => process.exit(3)"));
 * const error = await pool.submit("leave", []).catch((error) => error);
 * console.log(error instanceof WorkerCrashed, error.exitCode); // true 3
 * await pool.shutdown();
 * ```
 */
export class WorkerCrashed extends Error {
  static {
    WorkerCrashed.prototype.name = "WorkerCrashed";
  }
  /** The process that died. For a thread: the process it lived in. */
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** `"oom"`: the worker ran out of memory. */
  declare readonly reason?: "oom";

  constructor(
    message: string,
    end: Pick<WorkerCrashed, "pid" | "exitCode" | "signal" | "reason">,
    opts?: ErrorOptions,
  ) {
    super(message, opts);
    this.pid = end.pid;
    this.exitCode = end.exitCode;
    this.signal = end.signal;
    if (end.reason) this.reason = end.reason;
  }
}
