import { Interrupted, onAbort, sleep, taskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import { type Command, type CommandLine, startCommand } from "./command.js";
import { type ChosenIdentity, identityOf } from "./identity.js";
import { checkPidNamespace } from "./pid-namespace.js";
import { PortableProbe } from "./portable-probe.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import type { Reporter } from "./reporter.js";
import { TreeProbe } from "./tree-probe.js";
import { type Usage, UsageMeter } from "./usage.js";
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
  usage: Usage;
}

type Context = LabContext<SuperviseEvent>;

/**
 * Run a command, and report the use of CPU and memory of its process tree, at once and until it ends. The server never delays it;
 * with `requireServer`, the command starts only if a server is there. Signals go to the command's process group. After
 * `count` samples the command goes on unwatched.
 *
 * Cancellation: rejects with `signal.reason` before the start; afterwards the command decides when it ends.
 * Rejects with ExitError(126) if the command cannot be run, with ExitError(127) if it is not found.
 */
export async function supervise(options: SuperviseOptions, { signal, emit }: Context): Promise<SuperviseReport> {
  signal.throwIfAborted();
  checkPidNamespace();
  const tooSoon = new AbortController();
  const forget = onAbort(signal, () => tooSoon.abort(signal.reason));
  const identity = identityOf(options, options.command);
  let [exitCode, usage] = [0, {} as Usage];
  const { command: line, ...others } = options;
  const report = await withReporter({ ...others, ...identity }, { signal: tooSoon.signal, emit }, async (reporter) => {
    const below = TreeProbe.open(process.pid, { withRoot: false }); // before this process has any descendant
    const command = await startCommand(line, { stdout: options.stdout, signal: tooSoon.signal });
    forget();
    const meter = new UsageMeter();
    const watched = (event: SuperviseEvent) => {
      if (event.type === "sample") meter.add(event.sample);
      emit?.(event);
    };
    reporter.pid = command.pid;
    exitCode = await watchCommand(command, below, reporter, options, { signal, emit: watched });
    usage = meter.end();
  }).finally(forget);
  tooSoon.signal.throwIfAborted();
  return { ...report, exitCode, usage };
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
      const each = { ...options, atOnce: true };
      if (probe) group.spawn((own) => reportEach(reporter, probe, each, { signal: own, emit }), { name: "samples" });
      group.spawn((own) => tellThatItWaits(signal, own, emit), { name: "stopping" });
      reporter.end = await command.exited;
      group.cancel();
      return reporter.end.exitCode;
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
