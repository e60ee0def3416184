import { taskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import { type ChosenIdentity, identityOf } from "./identity.js";
import { OwnProbe } from "./own-probe.js";
import { type ReportEachOptions, reportEach } from "./report-each.js";
import { type Load, leak, workAndWait } from "./service.js";
import { type AppEvent, type AppReport, type ReporterOptions, withReporter } from "./with-reporter.js";

export interface SimulateOptions extends ChosenIdentity, ReporterOptions, ReportEachOptions {
  /** The place of the work: main thread or a pool. */
  load: Load;
  /** Bytes to leak in each interval. */
  leak: number;
}

/**
 * Run the notes' app: a service with random work, random waits and a leak, which reports itself each interval. Resolves
 * after `count` samples. The last one is marked as closing.
 *
 * Cancellation: takes the closing sample and resolves with the report.
 */
export async function simulate(options: SimulateOptions, context: LabContext<AppEvent>): Promise<AppReport> {
  const identity = identityOf(options, [`app-${process.pid}`]);
  const probe = new OwnProbe();
  try {
    return await withReporter({ ...options, ...identity }, context, (reporter, signal) =>
      taskGroup(
        async (group) => {
          group.spawn((own) => workAndWait(options.load, own), { name: "service" });
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
