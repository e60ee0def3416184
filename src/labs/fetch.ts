import { isCancelled, onAbort, type ResultStream } from "../concurrency/index.js";
import { Connections } from "../http/client/connections.js";
import type { HttpRequest, Reply } from "../http/client/request.js";
import { mostConnections } from "../http/open-files.js";
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
  /** The list from its beginning; called once for each time it is gone through. */
  list: LineSource;
  concurrency: number;
  /** Requests in flight to one host (default: as many as to all). */
  perHost?: number | undefined;
  /** Requests started per second, on schedule (default: as soon as there is room). */
  rate?: number | undefined;
  /** Of each request, its redirects and retries included. */
  timeoutMs: number;
  /** Of the whole run, without the warm-up (default: none). */
  maxTimeMs?: number | undefined;
  retries: number;
  maxBody: number;
  request: Pick<HttpRequest, "method" | "headers" | "body">;
  ordered: boolean;
  /** How many times to go through the list; the index goes on counting. */
  repeat: number;
  /** Requests made before the measurement starts, from the beginning of the list. */
  warmup: number;
  /** Keeps the body of a good reply, and says where. */
  save?: ((reply: Reply, index: number) => Promise<string>) | undefined;
}

export interface FetchReport extends TallyReport {
  type: "summary";
  concurrency: number;
  rate: number | null;
  /** Ended by the signal: this is what was done by then. */
  interrupted: boolean;
  /** The time of the whole run was over before the run was. Each line of the list has a result all the same, for its first pass. */
  endedByTime: boolean;
  /** Requests that were begun and cut off without a result, for one of these reasons. */
  unfinished: number;
  /** Requests that went out again on a new connection, for the server had closed the one they were sent on; no retries. */
  resent: number;
  /** How much of the time this process itself was busy, from 0 to 1: near 1, latencies are as much its own as the server's. */
  busy: number;
  findings: Finding[];
}

export interface FetchContext {
  signal: AbortSignal;
  /** Given each result; while what it returns is pending, hardly more is fetched. */
  emit?: (result: FetchResult) => void | Promise<void>;
}

/**
 * Fetch a list of any length and say what came of each line, and of all together. A failure is a result and no error.
 * Cancellation: requests in flight are cut, and the report is of what was done.
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

/** Above this share of its time, what this process measures is largely itself. */
export const tooBusy = 0.9;

/** The highest concurrency up to `wanted` that the process has file descriptors for. */
export function affordable(wanted: number): number {
  return Math.min(wanted, mostConnections());
}

async function measure(options: FetchOptions, connections: Connections, { signal, emit }: FetchContext) {
  const { rate, repeat, maxTimeMs = Number.POSITIVE_INFINITY } = options;
  const endAt = performance.now() + maxTimeMs;
  // On a schedule, what was due before the end counts though it is begun too late: then it is the schedule that ends.
  const jobs = new JobList(() => options.list(endAt), { repeat, endAt: rate === undefined ? endAt : undefined });
  const account = new RunAccount(jobs);
  const schedule = new AbortController();
  const forget = onAbort(signal, () => schedule.abort(signal.reason));
  let isCutShort = false;
  const leavesOut = () => {
    isCutShort = jobs.passes > 0; // each line of the list has had its result
    return isCutShort;
  };
  const due = rate === undefined ? jobs : pace(jobs, { perSecond: rate, endAt, leavesOut }, schedule.signal);
  const busy = watchBusy();
  const { resent: resentBefore } = connections; // in the warm-up
  const results = fetchEach(due, { ...options, connections, endAt, account }, signal);
  const take = (result: FetchResult) => (account.isLeftOut(result) ? undefined : emit?.(result));
  const interrupted = await handOn(results, take, signal).finally(() => {
    forget();
    schedule.abort(); // it may be waiting for its next start
  });
  const overAt = Math.max(account.tally.end, jobs.endedAt); // the readers of the results may have been slower
  return toReport(options, account.tally.report(), {
    interrupted,
    endedByTime: !interrupted && (isCutShort || account.isCutOff || overAt >= endAt),
    unfinished: account.tally.unfinished,
    resent: connections.resent - resentBefore,
    busy: busy(),
  });
}

/**
 * Hand each result on, also those that were done when an end came in between, not in turn or too late to be asked for. True
 * if that end was the signal's; rejects with any other error, and with that of `take`.
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

/** The same requests as those to come, from the beginning of the list, and nothing is kept of them. */
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
 * No claim where there was nothing to overlap; where something failed, for a refused connection takes no time at all; nor
 * where this process was so busy that the requests waited for it rather than for a server.
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
