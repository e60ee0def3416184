import { isCancelled } from "../../concurrency/index.js";
import { type FetchEachOptions, fetchEach } from "./fetch-each.js";
import type { Waiting } from "./in-flight.js";
import { JobList, type LineSource } from "./job-list.js";
import { pace } from "./pace.js";
import { RunAccount } from "./run-account.js";
import { Stop } from "./stop.js";
import { Timetable } from "./timetable.js";

/** The requests before the measurement. */
export interface WarmUpReport {
  requests: number;
  failed: number;
  /** Failures per error class. */
  errors: Record<string, number>;
}

export interface WarmUpOptions extends Omit<FetchEachOptions, "save" | "account"> {
  list: LineSource;
  /** Requests to make, from the beginning of the list, which is repeated if need be. */
  warmup: number;
  /** Requests started per second (default: as soon as there is room). */
  rate?: number | undefined;
  /** The end of the whole run, on the clock of performance.now(). */
  endAt: number;
}

interface WarmUpContext {
  signal: AbortSignal;
  /** Gets a function that tells of the requests in flight. */
  watch?: ((waiting: () => Waiting) => void) | undefined;
}

/** Make requests and drop their results. Ends at `endAt` and on an abort, and then reports the requests so far. */
export async function warmUp(options: WarmUpOptions, { signal, watch }: WarmUpContext): Promise<WarmUpReport> {
  const { warmup, list, rate, endAt } = options;
  const jobs = new JobList(() => list(endAt), { repeat: Number.POSITIVE_INFINITY, most: warmup });
  const account = new RunAccount({ isRepeated: () => false });
  watch?.(() => account.inFlight.waiting());
  const stop = new Stop(signal);
  const timetable = rate === undefined ? undefined : new Timetable(rate);
  const due = timetable ? pace(jobs, { timetable, endAt, leavesOut: () => true }, stop.schedule) : jobs;
  try {
    for await (const _ of fetchEach(due, { ...options, account }, signal)) if (performance.now() >= endAt) break;
  } catch (error) {
    if (!isCancelled(error, signal)) throw error;
  } finally {
    stop.end();
  }
  const { requests, failed, notStarted, errors } = account.tally.report();
  return { requests, failed: failed - notStarted, errors };
}
