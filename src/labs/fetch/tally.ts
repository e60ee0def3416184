import { type FetchResult, hasLatency, isAnswered } from "./fetch-result.js";
import { Latencies, type LatencyReport } from "./latencies.js";

/** What a run came to. */
export interface TallyReport {
  /** Results, and of these, how many were good and how many not. */
  total: number;
  ok: number;
  failed: number;
  /** How many replies had each status, whole ones and broken ones. */
  statuses: Record<string, number>;
  /** How many requests failed in each way. */
  errors: Record<string, number>;
  /** Results a request was made for; a bad line has none. */
  requests: number;
  /** Tries beyond the first of each request. */
  retries: number;
  /** Of all bodies, decoded. */
  bytes: number;
  /** From the start until the last request had its result; until the last result if there was no request, or until now. */
  seconds: number;
  /** Of these requests, those that were answered, in six digits: failing is no throughput. */
  requestsPerSecond: number;
  /** Of what was answered, ran out of time or was due and never begun; what fails at once would make a server look quick. */
  latency: LatencyReport;
  /** What the same requests would have taken one after another, had none been quicker alone: the sum of their latencies. */
  sequentialSeconds: number;
}

/** Counts results as they are there, in constant memory. */
export class Tally {
  /** When the last request had its result, on the clock of performance.now(); before there is one, the last result; at first, the start. */
  end = performance.now();
  readonly #start = this.end;
  #begun = 0;
  #total = 0;
  #ok = 0;
  #requests = 0;
  #answered = 0;
  #retries = 0;
  #bytes = 0;
  #sumMs = 0;
  readonly #statuses = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly latencies = new Latencies();

  /** Requests that were begun and have no result. */
  get unfinished(): number {
    return this.#begun - this.#requests;
  }

  /** A request begins. */
  begin(): void {
    this.#begun++;
  }

  add(result: FetchResult): void {
    const { status, ok, ms, bytes, attempts, error } = result;
    this.#total++;
    if (ok) this.#ok++;
    this.#bytes += bytes;
    this.#retries += Math.max(0, attempts - 1);
    if (status !== null) count(this.#statuses, String(status));
    if (error) count(this.#errors, error.class);
    if (hasLatency(result)) this.latencies.record(ms);
    if (attempts > 0 || this.#requests === 0) this.end = performance.now();
    if (attempts === 0) return;
    this.#requests++;
    if (isAnswered(result)) this.#answered++;
    this.#sumMs += ms;
  }

  report(): TallyReport {
    const ms = (this.#total > 0 ? this.end : performance.now()) - this.#start;
    return {
      total: this.#total,
      ok: this.#ok,
      failed: this.#total - this.#ok,
      statuses: sorted(this.#statuses),
      errors: sorted(this.#errors),
      requests: this.#requests,
      retries: this.#retries,
      bytes: this.#bytes,
      seconds: Math.round(ms) / 1000,
      requestsPerSecond: ms > 0 ? significant((this.#answered * 1000) / ms) : 0,
      latency: this.latencies.report(),
      sequentialSeconds: Math.round(this.#sumMs) / 1000,
    };
  }
}

/** To be compared with limits, and with each other: a slow server may be asked once a minute. */
export function significant(rate: number): number {
  return Number(rate.toPrecision(6));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
