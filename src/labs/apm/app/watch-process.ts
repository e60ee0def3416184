import type { LabContext } from "../../lab.js";
import { PortableProbe } from "./portable-probe.js";
import { hasProc } from "./proc.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import { TreeProbe } from "./tree-probe.js";
import { type AppEvent, type AppReport, type ReporterOptions, withReporter } from "./with-reporter.js";

export interface WatchOptions extends ReporterOptions, ReportEachOptions {
  /** A safe integer above 0. */
  pid: number;
}

export interface WatchReport extends AppReport {
  /** The process has ended, or was not there. */
  gone: boolean;
}

/**
 * Report what a process and its descendants use, without touching them. Ends when the process does, which is no error,
 * after `count` samples, or when `signal` aborts.
 */
export async function watchProcess(options: WatchOptions, context: LabContext<AppEvent>): Promise<WatchReport> {
  const { pid } = options;
  let gone = true;
  const report = await withReporter(options, context, async (reporter, signal) => {
    reporter.pid = pid;
    const probe = hasProc() ? TreeProbe.open(pid, { withRoot: true }) : await PortableProbe.open(pid);
    if (probe === undefined) return;
    await reportEach(reporter, probe, options, { ...context, signal });
    gone = (await probe.read()) === undefined;
  });
  return { ...report, gone };
}
