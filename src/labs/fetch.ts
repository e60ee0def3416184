import { isCancelled, onAbort, type ResultStream } from "../concurrency/index.js";
import { Connections } from "../http/client/connections.js";
import type { HttpRequest, Reply } from "../http/client/request.js";
import { mostConnections } from "../net/open-files.js";
import { fetchEach } from "./fetch/fetch-each.js";
import type { FetchResult } from "./fetch/fetch-result.js";
import { JobList, type LineSource } from "./fetch/job-list.js";
import { pace } from "./fetch/pace.js";
import { RunAccount } from "./fetch/run-account.js";
import type { TallyReport } from "./fetch/tally.js";
import { watchBusy } from "./fetch/watch-busy.js";
import type { Finding } from "./lab.js";

export type { FetchResult, TallyReport };

export interface FetchOptions {
  /** The list from its beginning. Called once for each pass. */
  list: LineSource;
  concurrency: number;
  /** Requests in flight to one host (default: as many as to all). */
  perHost?: number | undefined;
  /** Requests started per second, on a schedule (default: as soon as there is room). */
  rate?: number | undefined;
  /** Deadline of each request, redirects and retries included, in milliseconds. */
  timeoutMs: number;
  /** Deadline of the whole run without the warm-up, in milliseconds (default: none). */
  maxTimeMs?: number | undefined;
  retries: number;
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

export interface FetchReport extends TallyReport {
  type: "summary";
  concurrency: number;
  rate: number | null;
  /** The signal ended the run. */
  interrupted: boolean;
  /** --max-time ended the run. Each line of the list has a result all the same, for its first pass. */
  endedByTime: boolean;
  /** Requests that were started and cut off without a result. */
  unfinished: number;
  /** Requests sent again on a new connection, because the server had closed the first one. These are no retries. */
  resent: number;
  /** Share of the time in which this process was busy, 0 to 1. Near 1, latencies are as much its own as the server's. */
  busy: number;
  findings: Finding[];
}

export interface FetchContext {
  signal: AbortSignal;
  /** Gets each result. A promise that it returns is back-pressure: hardly more is fetched while it is pending. */
  emit?: (result: FetchResult) => void | Promise<void>;
}

/**
 * Fetch a list of any length: one result per line, and a report of all. A failure is a result and no error.
 * Cancellation: requests in flight are cut, and the report covers the results so far.
 */
export async function fetchUrls(options: FetchOptions, { signal, emit }: FetchContext): Promise<FetchReport> {
  const connections = new Connections(options.concurrency);
  try {
    if (options.warmup > 0) await warmUp(options, connections, signal);
    return await measure(options, connections, { signal, ...(emit && { emit }) });
  } finally {
    await connections.close();
  }
}

/** Above this share of busy time, a process largely measures itself. */
export const tooBusy = 0.9;

/** The highest concurrency up to `wanted` that the process has file descriptors for. */
export function affordable(wanted: number): number {
  return Math.min(wanted, mostConnections());
}

async function measure(options: FetchOptions, connections: Connections, { signal, emit }: FetchContext) {
  const { rate, repeat, maxTimeMs = Number.POSITIVE_INFINITY } = options;
  const endAt = performance.now() + maxTimeMs;
  // With a rate, the schedule ends and not the list: a request that was due in time counts, however late it starts.
  const jobs = new JobList(() => options.list(endAt), { repeat, endAt: rate === undefined ? endAt : undefined });
  const account = new RunAccount(jobs);
  const schedule = new AbortController();
  const forget = onAbort(signal, () => schedule.abort(signal.reason));
  let isCutShort = false;
  const leavesOut = () => {
    isCutShort = jobs.passes > 0; // each line of the list has a result
    return isCutShort;
  };
  const due = rate === undefined ? jobs : pace(jobs, { perSecond: rate, endAt, leavesOut }, schedule.signal);
  const busy = watchBusy();
  const { resent: resentBefore } = connections; // by the warm-up
  const results = fetchEach(due, { ...options, connections, endAt, account }, signal);
  const take = (result: FetchResult) => (account.isLeftOut(result) ? undefined : emit?.(result));
  const interrupted = await handOn(results, take, signal).finally(() => {
    forget();
    schedule.abort(); // it may wait for its next start
  });
  const overAt = Math.max(account.tally.end, jobs.endedAt); // readers of the results may have been slower
  return toReport(options, account.tally.report(), {
    interrupted,
    endedByTime: !interrupted && (isCutShort || account.isCutOff || overAt >= endAt),
    unfinished: account.tally.unfinished,
    resent: connections.resent - resentBefore,
    busy: busy(),
  });
}

/**
 * Deliver each result to `take`; after an abort also those that had finished but were not yet read. Resolves with whether
 * the signal ended it. Rejects with any other error, and with that of `take`.
 */
async function handOn(
  results: ResultStream<FetchResult>,
  take: (result: FetchResult) => void | Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const interrupted = signal.aborted;
  let isTaking = false;
  try {
    for await (const result of results) {
      isTaking = true;
      const taken = take(result);
      if (taken) await taken;
      isTaking = false;
    }
    return interrupted;
  } catch (error) {
    if (isTaking) throw error;
    for (const result of results.undelivered()) await take(result);
    if (!isCancelled(error, signal)) throw error;
    return true;
  }
}

/** Make the requests of the warm-up, from the beginning of the list, and drop their results. */
async function warmUp(options: FetchOptions, connections: Connections, signal: AbortSignal): Promise<void> {
  const { warmup, list, maxTimeMs = Number.POSITIVE_INFINITY, save: _, ...rest } = options;
  const endAt = performance.now() + maxTimeMs;
  const jobs = new JobList(() => list(endAt), { repeat: Number.POSITIVE_INFINITY, most: warmup });
  try {
    for await (const _result of fetchEach(jobs, { ...rest, connections }, signal));
  } catch (error) {
    if (!isCancelled(error, signal)) throw error;
  }
}

function toReport(
  { concurrency, rate }: FetchOptions,
  tally: TallyReport,
  end: Pick<FetchReport, "interrupted" | "endedByTime" | "unfinished" | "resent" | "busy">,
): FetchReport {
  const busy = Math.round(end.busy * 100) / 100;
  const findings = rate === undefined ? savedFindings(tally, concurrency, busy) : [];
  return { type: "summary", ...tally, concurrency, rate: rate ?? null, ...end, busy, findings };
}

/**
 * No claim without anything to overlap, after a failure (a refused connection takes no time at all), or if this process was
 * so busy that the requests waited for it rather than for a server.
 */
function savedFindings(tally: TallyReport, concurrency: number, busy: number): Finding[] {
  const { requests, failed, seconds, sequentialSeconds } = tally;
  if (requests < 2 || concurrency === 1 || failed > 0 || busy > tooBusy) return [];
  return [
    {
      claim: `Up to ${concurrency} requests at a time take a fraction of the time of one after another`,
      measured: `${seconds.toFixed(2)} s, and their waits add up to ${sequentialSeconds.toFixed(2)} s`,
      holds: seconds < (sequentialSeconds * 2) / 3,
    },
  ];
}
