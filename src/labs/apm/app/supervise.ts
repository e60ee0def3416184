import { Interrupted, onAbort, sleep, taskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import { type Command, type CommandLine, startCommand } from "./command.js";
import { PortableProbe } from "./portable-probe.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import type { Reporter } from "./reporter.js";
import { TreeProbe } from "./tree-probe.js";
import { type AppEvent, type AppReport, type ReporterOptions, withReporter } from "./with-reporter.js";

/** After this long a command that was asked to end is said to be waited for. */
const patienceMs = 2000;

export interface SuperviseOptions extends ReporterOptions, ReportEachOptions {
  command: CommandLine;
  /** Where the command's stdout goes: to ours, or to our stderr (default: ours). */
  stdout?: "inherit" | 2;
}

export type SuperviseEvent = AppEvent | { type: "stopping" };

export interface SuperviseReport extends AppReport {
  /** The command's own, or 128 + the number of the signal that ended it. */
  exitCode: number;
}

type Context = LabContext<SuperviseEvent>;

/**
 * Run a command and report what it and its descendants use, from its start to its end: nothing of the server's holds it
 * up, and with `requireServer` it is not started without one. Signals that reach this process go to the command's
 * process group, and it decides how it ends. After `count` samples it goes on unwatched.
 *
 * Cancellation: before the command is started, rejects with `signal.reason`; later it is the command's affair.
 * Rejects with ExitError(126 or 127) if the command cannot be run or is not found.
 */
export async function supervise(options: SuperviseOptions, { signal, emit }: Context): Promise<SuperviseReport> {
  signal.throwIfAborted();
  const tooSoon = new AbortController();
  const forget = onAbort(signal, () => tooSoon.abort(signal.reason));
  let exitCode = 0;
  const report = await withReporter(options, { signal: tooSoon.signal, emit }, async (reporter) => {
    const below = TreeProbe.open(process.pid, { withRoot: false }); // before there is anything below us
    const command = await startCommand(options.command, { stdout: options.stdout, signal: tooSoon.signal });
    forget();
    reporter.pid = command.pid;
    exitCode = await watchCommand(command, below, reporter, options, { signal, emit });
  }).finally(forget);
  tooSoon.signal.throwIfAborted();
  return { ...report, exitCode };
}

async function watchCommand(
  command: Command,
  below: TreeProbe | undefined,
  reporter: Reporter,
  options: SuperviseOptions,
  { signal, emit }: Context,
): Promise<number> {
  try {
    const probe = below ?? (await PortableProbe.open(command.pid));
    return await taskGroup(async (group) => {
      if (probe) group.spawn((own) => reportEach(reporter, probe, options, { signal: own, emit }), { name: "samples" });
      group.spawn((own) => tellOfPatience(signal, own, emit), { name: "patience" });
      const exitCode = await command.exited;
      group.cancel();
      return exitCode;
    });
  } finally {
    await command.group.end();
  }
}

async function tellOfPatience(signal: AbortSignal, over: AbortSignal, emit: Context["emit"]): Promise<void> {
  await sleep(Number.POSITIVE_INFINITY, { signal: AbortSignal.any([signal, over]) }).catch(() => {});
  if (!(signal.reason instanceof Interrupted)) return;
  await sleep(patienceMs, { signal: over });
  emit?.({ type: "stopping" });
}
