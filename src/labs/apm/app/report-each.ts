import { isCancelled, Schedule } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import type { Probe, Reading } from "./probe.js";
import type { Reporter } from "./reporter.js";
import type { AppEvent } from "./with-reporter.js";

export interface ReportEachOptions {
  /** Milliseconds between two samples. A missed turn is left out. */
  intervalMs: number;
  /** Number of samples; Infinity: until the end. */
  count: number;
}

/** The process is gone, and nothing was measured. */
const gone: Reading = { cpu: 0, span: 0, mem: 0, processes: 0 };

/**
 * Take a sample each interval. The last one is marked as closing: the `count`th one, or the first after an abort or
 * after the end of the watched process.
 *
 * Cancellation: takes the closing sample at once and resolves.
 */
export async function reportEach(
  reporter: Reporter,
  probe: Probe,
  { intervalMs, count }: ReportEachOptions,
  { signal, emit }: LabContext<AppEvent>,
): Promise<void> {
  const schedule = new Schedule(intervalMs, { missed: "left out" });
  for (let closing = false; !closing; ) {
    await schedule.next(signal).catch((error) => {
      if (!isCancelled(error, signal)) throw error;
    });
    await reporter.joined;
    const reading = await probe.read();
    closing = signal.aborted || reading === undefined || reporter.counts.taken + 1 >= count;
    emit?.({ type: "sample", sample: await reporter.report(reading ?? gone, { intervalMs, closing }) });
  }
}
