import type { LabContext } from "../../lab.js";
import { type ChosenIdentity, identityOf } from "./identity.js";
import { checkPidNamespace, checkSeen } from "./pid-namespace.js";
import { PortableProbe } from "./portable-probe.js";
import { argumentsOf, hasProc, programName } from "./proc.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import { TreeProbe } from "./tree-probe.js";
import { type AppEvent, type AppReport, type ReporterOptions, withReporter } from "./with-reporter.js";

export interface WatchOptions extends ChosenIdentity, ReporterOptions, ReportEachOptions {
  /** A safe integer above 0. */
  pid: number;
}

export interface WatchReport extends AppReport {
  /** The process has ended, or never existed. */
  gone: boolean;
}

/**
 * Report the use of CPU and memory of a process and its descendants, without touching them. Resolves when the process
 * has ended, or after `count` samples.
 *
 * Cancellation: takes the closing sample and resolves with the report.
 * Rejects with ExitError(1) if the process cannot be seen: it belongs to another user under `hidepid`, or is a zombie.
 */
export async function watchProcess(options: WatchOptions, context: LabContext<AppEvent>): Promise<WatchReport> {
  const { pid } = options;
  checkPidNamespace();
  checkSeen(pid);
  const args = argumentsOf(pid);
  const identity = identityOf(options, args.length > 0 ? args : [programName(pid) ?? `pid-${pid}`]);
  let gone = true;
  const report = await withReporter({ ...options, ...identity }, context, async (reporter, signal) => {
    reporter.pid = pid;
    const probe = hasProc() ? TreeProbe.open(pid, { withRoot: true }) : await PortableProbe.open(pid);
    if (probe === undefined) return;
    await reportEach(reporter, probe, { ...options, atOnce: true }, { ...context, signal });
    gone = (await probe.read()) === undefined;
  });
  return { ...report, gone };
}
