import { ExitError, Interrupted } from "./errors.js";
import { type RunContext, run } from "./run.js";

const patienceMs = 2000;

/**
 * The entry of a process: run() `main`, then leave by itself with exit code 0; with an ExitError's code, its message on
 * stderr; with 128 + the signal's number if interrupted; else with 1 and the error, its stack and its causes on stderr.
 * The only place that sets process.exitCode: nothing is cut off, be it output or an unsent message, but for a reader that
 * takes nothing for two seconds after a signal.
 *
 * `onError` replaces that choice: it is called for every error and returns the exit code for it. An AggregateError of
 * nothing but expected ends reaches it as the first of them. An exception nobody caught ends the process at once.
 */
export function runMain(
  main: (ctx: RunContext) => unknown,
  { onError = printError }: { onError?: (error: unknown) => number } = {},
): void {
  let lateCode = 0;
  let signal: AbortSignal | undefined;
  const codeOf = (error: unknown) => onError(expectedEnd(error) ?? error);
  process.on("uncaughtException", (error) => process.exit(codeOf(error)));
  const withSignal = (ctx: RunContext) => {
    signal = ctx.signal;
    return main(ctx);
  };
  run(withSignal, { onError: (error) => (lateCode ||= codeOf(error)) })
    .then(
      () => setExitCode(0),
      (error) => setExitCode(codeOf(error) || lateCode),
    )
    .finally(() => signal?.aborted && giveUpStuckReaders());
}

/** After a signal the process leaves, at the latest, when what is to be written has been of no interest for two seconds. */
function giveUpStuckReaders(): void {
  const unread = () => process.stdout.writableLength + process.stderr.writableLength;
  let before = unread();
  const look = () => {
    const now = unread();
    if (now > 0 && now === before) process.exit();
    before = now;
  };
  setInterval(look, patienceMs).unref();
}

function setExitCode(code: number): void {
  process.exitCode = code;
}

/** The ExitError or Interrupted in `error`, also inside an AggregateError unless a real failure is in there too. */
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
