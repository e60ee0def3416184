import { basename } from "node:path";
import { Interrupted, onAbort, sleep, taskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import { type Command, type CommandLine, startCommand } from "./command.js";
import { type ChosenIdentity, identityOf } from "./identity.js";
import { PortableProbe } from "./portable-probe.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import type { Reporter } from "./reporter.js";
import { TreeProbe } from "./tree-probe.js";
import { type AppEvent, type AppReport, type ReporterOptions, withReporter } from "./with-reporter.js";

/** Milliseconds after a signal until the user is told that the command still runs. */
const terminateAfterMs = 2000;

export interface SuperviseOptions extends ChosenIdentity, ReporterOptions, ReportEachOptions {
  command: CommandLine;
  /** The command's stdout: ours, or 2 for our stderr (default: ours). */
  stdout?: "inherit" | 2;
}

export type SuperviseEvent = AppEvent | { type: "stopping" };

export interface SuperviseReport extends AppReport {
  /** The command's own exit code, or 128 + the number of the signal that ended it. */
  exitCode: number;
}

type Context = LabContext<SuperviseEvent>;

/**
 * Run a command, and report the use of CPU and memory of its process tree until it ends. The server never delays it;
 * with `requireServer`, the command starts only if a server is there. Signals go to the command's process group. After
 * `count` samples the command goes on unwatched.
 *
 * Cancellation: rejects with `signal.reason` before the start; afterwards the command decides when it ends.
 * Rejects with ExitError(126) if the command cannot be run, with ExitError(127) if it is not found.
 */
export async function supervise(options: SuperviseOptions, { signal, emit }: Context): Promise<SuperviseReport> {
  signal.throwIfAborted();
  const tooSoon = new AbortController();
  const forget = onAbort(signal, () => tooSoon.abort(signal.reason));
  const identity = identityOf(options, basename(options.command[0]));
  let exitCode = 0;
  const report = await withReporter({ ...options, ...identity }, { signal: tooSoon.signal, emit }, async (reporter) => {
    const below = TreeProbe.open(process.pid, { withRoot: false }); // before this process has any descendant
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
      group.spawn((own) => tellThatItWaits(signal, own, emit), { name: "stopping" });
      const exitCode = await command.exited;
      group.cancel();
      return exitCode;
    });
  } finally {
    await command.group.end();
  }
}

async function tellThatItWaits(signal: AbortSignal, over: AbortSignal, emit: Context["emit"]): Promise<void> {
  await sleep(Number.POSITIVE_INFINITY, { signal: AbortSignal.any([signal, over]) }).catch(() => {});
  if (!(signal.reason instanceof Interrupted)) return;
  await sleep(terminateAfterMs, { signal: over });
  emit?.({ type: "stopping" });
}
