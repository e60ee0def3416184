import { taskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import { OwnProbe } from "./own-probe.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import { type Load, leak, serve } from "./service.js";
import { type AppEvent, type AppReport, type ReporterOptions, withReporter } from "./with-reporter.js";

export interface SimulateOptions extends ReporterOptions, ReportEachOptions {
  /** Where the work is done. */
  load: Load;
  /** Bytes to keep of each interval. */
  leak: number;
}

/**
 * The notes' app: a service with random work, random waits and a leak, that reports itself each interval. Ends after
 * `count` samples or, without an error, when `signal` aborts; the last sample says that it is closing.
 */
export async function simulate(options: SimulateOptions, context: LabContext<AppEvent>): Promise<AppReport> {
  const probe = new OwnProbe();
  try {
    return await withReporter(options, context, (reporter, signal) =>
      taskGroup(
        async (group) => {
          group.spawn((own) => serve(options.load, own), { name: "service" });
          group.spawn((own) => leak(options.leak, options.intervalMs, own), { name: "leak" });
          await reportEach(reporter, probe, options, { ...context, signal: group.signal });
          group.cancel();
        },
        { signal },
      ),
    );
  } finally {
    probe.close();
  }
}
