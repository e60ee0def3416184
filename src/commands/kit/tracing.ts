import { ExitError, type RunContext } from "../../concurrency/index.js";
import { observer } from "../../concurrency/observing/observer.js";
import { counted } from "../../text/counted.js";
import { formatSize } from "../../text/size.js";
import type { Trace, TraceSummary } from "../../trace/start-trace.js";

export interface TraceChoice {
  /** The file of `--trace`. undefined: no trace. */
  trace?: string;
  /** Bytes, of `--trace-limit`. */
  traceLimit?: number;
}

const mostNamed = 5; // waits in the notice about forgotten awaits

/**
 * Run a command called `name`, traced if the user has asked for it. The trace ends after the clean-ups of the command.
 * Rejects with ExitError(1) if the file cannot be written.
 */
export async function runTraced(
  name: string,
  { trace: path, traceLimit: limit }: TraceChoice,
  { signal, defer }: RunContext,
  run: () => Promise<void>,
): Promise<void> {
  if (path === undefined) return run();
  const trace = await open(path, limit);
  defer(() => tell(trace.stop()));
  await (observer ? observer.task(name, signal, run) : run());
}

async function open(path: string, limit: number | undefined): Promise<Trace> {
  const { startTrace } = await import("../../trace/start-trace.js");
  try {
    return startTrace(path, limit === undefined ? {} : { limit });
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
}

function unwritable(path: string, { code, message }: NodeJS.ErrnoException): ExitError {
  return new ExitError(1, `cannot write the trace ${path}: ${code ? (reasons[code] ?? code) : message}`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

function tell({ path, events, dropped, size, unawaited, error }: TraceSummary): void {
  const lost = dropped > 0 ? `, ${counted(dropped, "event")} left out by --trace-limit` : "";
  note(
    `Trace: ${path}, ${counted(events, "event")} in ${formatSize(size)}${lost}; Perfetto and chrome://tracing open it`,
  );
  const forgotten = [...unawaited.keys()];
  if (forgotten.length > 0) note(`Tasks ended with a wait still open: ${forgotten.slice(0, mostNamed).join(", ")}`);
  if (error) throw unwritable(path, error);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
