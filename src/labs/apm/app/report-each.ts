import { isCancelled, Schedule } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import type { Figures, Probe } from "./figures.js";
import type { Reporter } from "./reporter.js";
import type { AppEvent } from "./with-reporter.js";

export interface ReportEachOptions {
  /** From one sample to the next, in milliseconds; a turn that is missed is left out. */
  intervalMs: number;
  /** Samples in all; Infinity: until the end. */
  count: number;
}

const gone: Figures = { cpu: 0, mem: 0, processes: 0 };

/**
 * A sample each interval, and a closing one at the end: the `count`th, or when `signal` aborts, or when what `probe`
 * watches is gone. Resolves after the closing sample, also when `signal` aborts.
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
    const figures = await probe.read();
    closing = signal.aborted || figures === undefined || reporter.counts.taken + 1 >= count;
    emit?.({ type: "sample", sample: await reporter.report(figures ?? gone, { closing }) });
  }
}
