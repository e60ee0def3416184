import { constants } from "node:os";

// The names go onto the prototypes, so that stacks begin with them; as own fields they would come too late for that.

/** Thrown by timeout() when its deadline passed first. */
export class TimeoutError extends Error {
  static {
    TimeoutError.prototype.name = "TimeoutError";
  }
}

/** The reason run()'s signal aborts with when the process is asked to end: which signal, and 128 + its number. */
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

/** Ask run() to end the program with exit code `code` (0 to 255) once every clean-up is done; `message` goes to stderr. */
export class ExitError extends Error {
  static {
    ExitError.prototype.name = "ExitError";
  }
  readonly code: number;

  constructor(code: number, message?: string) {
    super(message);
    this.code = code;
  }
}

/** getNowait() found nothing to get. */
export class QueueEmpty extends Error {
  static {
    QueueEmpty.prototype.name = "QueueEmpty";
  }
}

/** putNowait() found no room. */
export class QueueFull extends Error {
  static {
    QueueFull.prototype.name = "QueueFull";
  }
}

/** The queue was shut down: no more puts, and no gets once it is drained. */
export class QueueShutDown extends Error {
  static {
    QueueShutDown.prototype.name = "QueueShutDown";
  }
}

/**
 * A worker died under a task, which is lost with it. `cause` is the exception nobody caught, if that is what it died of.
 */
export class WorkerCrashed extends Error {
  static {
    WorkerCrashed.prototype.name = "WorkerCrashed";
  }
  /** The process that died; for a thread, the process it lived in. */
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** "oom": it ran out of memory. */
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
