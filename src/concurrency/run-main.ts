import { ExitError, Interrupted } from "./errors.js";
import { closeTerminals } from "./process/close-terminals.js";
import { type RunContext, type RunOptions, run } from "./run.js";

const stuckAfterMs = 2000;

export interface MainOptions extends Pick<RunOptions, "onWaiting"> {
  /** Gets every error, prints it or not, and returns its exit code. */
  onError?: (error: unknown) => number;
}

/**
 * The entry of a process: run() `main` and set the exit code. That is 0, the code of an ExitError, 128 + the signal's
 * number after an interrupt, else 1 with the error, its stack and its causes on stderr. The process then ends by itself,
 * so no output and no unsent message is cut off. After a signal, output that nobody reads for 2 s is given up.
 *
 * `onError` replaces that choice: it gets every error and returns its exit code. An AggregateError of ExitErrors and
 * Interrupteds arrives as the first of them. An uncaught exception ends the process at once.
 *
 * ```js
 * runMain(async ({ signal }) => {
 *   await sleep(10, { signal }); // Ctrl-C ends this wait, and the process with 130
 *   console.log("done"); // done
 * });
 * ```
 */
export function runMain(
  main: (ctx: RunContext) => unknown,
  { onError = printError, onWaiting }: MainOptions = {},
): void {
  let lateCode = 0;
  let signal: AbortSignal | undefined;
  const codeOf = (error: unknown) => onError(expectedEnd(error) ?? error);
  process.on("uncaughtException", (error) => process.exit(codeOf(error)));
  process.on("exit", closeTerminals);
  const withSignal = (ctx: RunContext) => {
    signal = ctx.signal;
    return main(ctx);
  };
  const tellLate = (error: unknown) => {
    const code = codeOf(error); // each one is told, and the first decides
    lateCode ||= code;
  };
  run(withSignal, { onError: tellLate, ...(onWaiting && { onWaiting }) })
    .then(
      () => setExitCode(0),
      (error) => setExitCode(codeOf(error) || lateCode),
    )
    .finally(() => signal?.aborted && giveUpStuckReaders());
}

/** End the process once stdout and stderr have not moved for two seconds. */
function giveUpStuckReaders(): void {
  const unread = () => process.stdout.writableLength + process.stderr.writableLength;
  let before = unread();
  const look = () => {
    const now = unread();
    if (now > 0 && now === before) process.exit();
    before = now;
  };
  setInterval(look, stuckAfterMs).unref();
}

function setExitCode(code: number): void {
  process.exitCode = code;
}

/** The ExitError or Interrupted that `error` is, or that an AggregateError of nothing else holds first. */
function expectedEnd(error: unknown): ExitError | Interrupted | undefined {
  if (error instanceof ExitError || error instanceof Interrupted) return error;
  if (!(error instanceof AggregateError)) return undefined;
  const ends = error.errors.map(expectedEnd);
  return ends.every((end) => end !== undefined) ? ends[0] : undefined;
}

function printError(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof ExitError) {
    if (error.message) process.stderr.write(`${error.message}\n`);
    return error.code;
  }
  console.error(error);
  return 1;
}
