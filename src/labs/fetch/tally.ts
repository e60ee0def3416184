import { type FetchResult, hasLatency, isAnswered, isNotStarted } from "./fetch-result.js";
import type { Waiting } from "./in-flight.js";
import { Latencies, type LatencyReport } from "./latencies.js";

/** The totals of a run. */
export interface TallyReport {
  /** Number of results; `ok` + `failed` = `total`. */
  total: number;
  ok: number;
  failed: number;
  /** Replies per status, broken ones included. */
  statuses: Record<string, number>;
  /** Failures per error class. */
  errors: Record<string, number>;
  /** Results with a request; a bad line has none. */
  requests: number;
  /** Requests in flight when the run ended, and the longest of their waits. A list that simply ends has none. */
  waiting: Waiting;
  /** Requests that were due and never started, because the run ended. */
  notStarted: number;
  /** Attempts beyond the first of each request. */
  retries: number;
  /** Bytes of all bodies, decoded. */
  bytes: number;
  /** From the start to the end of the run, or until the last request had its result. Without a request: until the last result, or now. */
  seconds: number;
  /** Answered requests per second, to six digits. A failure is no throughput. */
  requestsPerSecond: number;
  /**
   * Latencies of requests that were answered or timed out. Those that still waited at the end, and those that were due but
   * never started, count with their waits until then. Quick failures are left out.
   */
  latency: LatencyReport;
  /** Sum of the latencies: the time of the same requests one after another. */
  sequentialSeconds: number;
}

/** Counts results as they come, in constant memory. */
export class Tally {
  /** When the last request had its result, on the clock of performance.now(). Before the first: the last result, or the start. */
  end = performance.now();
  readonly #start = this.end;
  #begun = 0;
  #total = 0;
  #ok = 0;
  #requests = 0;
  #answered = 0;
  #retries = 0;
  #bytes = 0;
  #waiting = 0;
  #longestMs = 0;
  #notStarted = 0;
  #sumMs = 0;
  readonly #statuses = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly latencies = new Latencies();

  /** Requests that were started and have no result. */
  get unfinished(): number {
    return this.#begun - this.#requests;
  }

  /** A request begins. */
  begin(): void {
    this.#begun++;
  }

  /** A request that began is to begin again later. */
  putAside(): void {
    this.#begun--;
  }

  add(result: FetchResult): void {
    const { status, ok, ms, bytes, attempts, error } = result;
    this.#total++;
    if (ok) this.#ok++;
    this.#bytes += bytes;
    this.#retries += Math.max(0, attempts - 1);
    if (status !== null) count(this.#statuses, String(status));
    if (error) count(this.#errors, error.class);
    if (isNotStarted(result)) this.addNotStarted(ms);
    else if (hasLatency(result)) this.latencies.record(ms);
    if (attempts > 0 || this.#requests === 0) this.end = performance.now();
    if (attempts === 0) return;
    this.#requests++;
    if (isAnswered(result)) this.#answered++;
    this.#sumMs += ms;
  }

  /** A request was in flight when the run ended, and had waited for `ms` until then. */
  addWaiting(ms: number): void {
    this.#waiting++;
    this.#longestMs = Math.max(this.#longestMs, ms);
    this.latencies.recordWaiting(ms);
  }

  /** A request was never started. With a schedule it had been due for `ms` when the run ended; 0 if it was not due. */
  addNotStarted(ms: number): void {
    this.#notStarted++;
    if (ms > 0) this.latencies.recordWaiting(ms);
  }

  /** Results and requests of the schedule so far that were never started. */
  get accounted(): number {
    return this.#begun + this.#total - this.#requests;
  }

  /** `overAt` is the end of the run, on the clock of performance.now() (default: the last result, or now). */
  report(overAt = this.#total > 0 ? this.end : performance.now()): TallyReport {
    const ms = Math.max(0, overAt - this.#start);
    return {
      total: this.#total,
      ok: this.#ok,
      failed: this.#total - this.#ok,
      statuses: sorted(this.#statuses),
      errors: sorted(this.#errors),
      requests: this.#requests,
      waiting: { count: this.#waiting, longestMs: Math.round(this.#longestMs) },
      notStarted: this.#notStarted,
      retries: this.#retries,
      bytes: this.#bytes,
      seconds: Math.round(ms) / 1000,
      requestsPerSecond: ms > 0 ? significant((this.#answered * 1000) / ms) : 0,
      latency: this.latencies.report(),
      sequentialSeconds: Math.round(this.#sumMs) / 1000,
    };
  }
}

/** Six digits: a slow server may be asked once a minute, and rates are compared with limits. */
export function significant(rate: number): number {
  return Number(rate.toPrecision(6));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
