import { isCancelled, type ResultStream } from "../concurrency/index.js";
import { Connections } from "../http/client/connections.js";
import type { HttpRequest, Reply } from "../http/client/request.js";
import { mostConnections } from "../net/open-files.js";
import { fetchPatiently } from "./fetch/fetch-each.js";
import type { FetchResult } from "./fetch/fetch-result.js";
import type { Waiting } from "./fetch/in-flight.js";
import { JobList, type LineSource } from "./fetch/job-list.js";
import { LimitedHosts } from "./fetch/limited/limited-hosts.js";
import { pace } from "./fetch/pace.js";
import { type FetchReport, toReport } from "./fetch/report.js";
import { RunAccount } from "./fetch/run-account.js";
import { Stop } from "./fetch/stop.js";
import type { TallyReport } from "./fetch/tally.js";
import { Timetable } from "./fetch/timetable.js";
import { warmUp } from "./fetch/warm-up.js";
import { watchBusy } from "./fetch/watch-busy.js";

export { tooBusy } from "./fetch/report.js";
export type { FetchReport, FetchResult, TallyReport };

const defaultMaxWaitMs = 60_000;
const countingMs = 500; // after an interrupt

export interface FetchOptions {
  /** The list from its beginning. Called once for each pass. */
  list: LineSource;
  /** The number of lines, undefined if it cannot be known. Asked after an interrupt (default: those that were read). */
  count?: ((signal: AbortSignal) => Promise<number | undefined>) | undefined;
  concurrency: number;
  /** Requests in flight to one host (default: as many as to all). */
  perHost?: number | undefined;
  /** Requests started per second, on a schedule (default: as soon as there is room). */
  rate?: number | undefined;
  /** Deadline of each request, redirects and retries included, in milliseconds. */
  timeoutMs: number;
  /** Deadline of the whole run with its warm-up, in milliseconds (default: none). */
  maxTimeMs?: number | undefined;
  retries: number;
  /** The longest pause that a host may ask for, and the longest time without another answer of it (default: 60,000). */
  maxWaitMs?: number | undefined;
  maxBody: number;
  request: Pick<HttpRequest, "method" | "headers" | "body">;
  ordered: boolean;
  /** Passes through the list. The index goes on counting. */
  repeat: number;
  /** Requests before the measurement, from the beginning of the list. */
  warmup: number;
  /** Keeps the body of a good reply and returns its place. */
  save?: ((reply: Reply, index: number) => Promise<string>) | undefined;
}

export interface FetchContext {
  signal: AbortSignal;
  /** Gets each result. A promise that it returns is back-pressure: hardly more is fetched while it is pending. */
  emit?: (result: FetchResult) => void | Promise<void>;
  /** Gets a function that tells of the requests in flight, at the start of the warm-up and of the measurement. */
  watch?: ((waiting: () => Waiting) => void) | undefined;
}

/**
 * Fetch a list of any length: one result per line, and a report of all. A failure is a result and no error.
 * Cancellation: requests in flight are cut, and the report covers the results so far.
 */
export async function fetchUrls(options: FetchOptions, context: FetchContext): Promise<FetchReport> {
  const connections = new Connections(options.concurrency);
  try {
    const { maxTimeMs = Number.POSITIVE_INFINITY, save: _, ...rest } = options;
    const endAt = performance.now() + maxTimeMs;
    const warmup = options.warmup > 0 ? await warmUp({ ...rest, connections, endAt }, context) : undefined;
    const report = await measure(options, connections, endAt, context);
    return warmup ? { ...report, warmup } : report;
  } finally {
    await connections.close();
  }
}

/** The highest concurrency up to `wanted` that the process has file descriptors for. */
export function affordable(wanted: number): number {
  return Math.min(wanted, mostConnections());
}

async function measure(
  options: FetchOptions,
  connections: Connections,
  endAt: number,
  { signal, emit, watch }: FetchContext,
): Promise<FetchReport> {
  const { rate, repeat } = options;
  // With a rate, the schedule ends and not the list: a request that was due in time counts, however late it starts.
  const jobs = new JobList(() => options.list(endAt), { repeat, endAt: rate === undefined ? endAt : undefined });
  const account = new RunAccount(jobs);
  watch?.(() => account.inFlight.waiting());
  const timetable = rate === undefined ? undefined : new Timetable(rate);
  const stop = new Stop(signal);
  let isCutShort = false;
  const leavesOut = () => {
    isCutShort = jobs.passes > 0; // each line of the list has a result
    return isCutShort;
  };
  const due = timetable ? pace(jobs, { endAt, leavesOut, timetable }, stop.schedule) : jobs;
  const busy = watchBusy();
  const { resent: resentBefore } = connections; // by the warm-up
  const hosts = new LimitedHosts(options.maxWaitMs ?? defaultMaxWaitMs);
  const results = fetchPatiently(due, { ...options, connections, endAt, account, hosts }, signal);
  const take = (result: FetchResult) => (account.isLeftOut(result) ? undefined : emit?.(result));
  const interrupted = await handOn(results, take, signal).finally(() => stop.end());
  const overAt = Math.max(account.tally.end, jobs.endedAt); // readers of the results may have been slower
  const endedByTime = !interrupted && (isCutShort || account.isCutOff || overAt >= endAt);
  if (interrupted) await account.interrupted(stop.at, { timetable, total: () => totalOf(jobs, options) });
  return toReport(options, account.tally.report(interrupted ? stop.at : endedByTime ? endAt : undefined), {
    interrupted,
    endedByTime,
    unfinished: account.tally.unfinished,
    resent: connections.resent - resentBefore,
    limits: hosts.report(),
    busy: busy(),
  });
}

/** The lines of all passes. Without a count, those that were read. */
async function totalOf(jobs: JobList, { count, repeat }: FetchOptions): Promise<number> {
  if (Number.isFinite(jobs.total)) return jobs.total;
  const counted = await count?.(AbortSignal.timeout(countingMs)).catch(() => undefined);
  return counted === undefined ? jobs.taken : counted * repeat;
}

/**
 * Deliver each result to `take`; after an abort also those that had finished but were not yet read. Resolves with whether
 * the signal ended it. Rejects with any other error, and with that of `take`.
 */
async function handOn(
  results: ResultStream<FetchResult | undefined>,
  take: (result: FetchResult) => void | Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const interrupted = signal.aborted;
  let isTaking = false;
  try {
    for await (const result of results) {
      if (!result) continue; // it was put aside
      isTaking = true;
      const taken = take(result);
      if (taken) await taken;
      isTaking = false;
    }
    return interrupted;
  } catch (error) {
    if (isTaking) throw error;
    for (const result of results.undelivered()) if (result) await take(result);
    if (!isCancelled(error, signal)) throw error;
    return true;
  }
}
