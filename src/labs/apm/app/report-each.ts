import { isCancelled, onAbort, Schedule, sleep } from "../../../concurrency/index.js";
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

/** Milliseconds between two glances at the memory: soon after the start, then ever more rarely. */
const [firstGlanceMs, glanceMs] = [10, 250];

/** The process is gone, and nothing was measured. */
const gone: Reading = { cpu: 0, span: 0, mem: 0, processes: 0 };

/**
 * Take a sample each interval, with `atOnce` the first one now. The last one is marked as closing: the `count`th one, or
 * the first after an abort or after the end of the watched process.
 *
 * Cancellation: takes the closing sample at once and resolves.
 */
export async function reportEach(
  reporter: Reporter,
  probe: Probe,
  { intervalMs, count, atOnce = false }: ReportEachOptions & { atOnce?: boolean },
  { signal, emit }: LabContext<AppEvent>,
): Promise<void> {
  const schedule = new Schedule(intervalMs, { missed: "left out" });
  const over = new AbortController();
  const forget = onAbort(signal, () => over.abort());
  const glancing = glanceUntil(over.signal, probe);
  for (let [closing, now] = [false, atOnce]; !closing; now = false) {
    if (!now) await unlessAborted(schedule.next(signal), signal);
    await reporter.joined;
    const reading = await probe.read();
    closing = signal.aborted || reading === undefined || reporter.counts.taken + 1 >= count;
    emit?.({ type: "sample", sample: await reporter.report(reading ?? gone, { intervalMs, closing }) });
  }
  forget();
  over.abort();
  await glancing;
}

/** A short command may be over before the first interval is, and its peak with it. */
async function glanceUntil(signal: AbortSignal, probe: Probe): Promise<void> {
  if (!probe.glance) return;
  for (let ms = firstGlanceMs; !signal.aborted; ms = Math.min(2 * ms, glanceMs)) {
    probe.glance();
    await unlessAborted(sleep(ms, { signal }), signal);
  }
}

async function unlessAborted(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  await waiting.catch((error) => {
    if (!isCancelled(error, signal)) throw error;
  });
}
