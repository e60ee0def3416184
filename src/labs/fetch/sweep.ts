import { isCancelled, type PromptIterable } from "../../concurrency/index.js";
import { Connections } from "../../http/client/connections.js";
import { median } from "../statistics.js";
import { type FetchEachOptions, fetchEach } from "./fetch-each.js";
import { hasLatency, isAnswered } from "./fetch-result.js";
import { JobList, type LineSource } from "./job-list.js";
import { Latencies } from "./latencies.js";
import { significant } from "./tally.js";
import { Throughput } from "./throughput.js";

/** The options that are the same at each concurrency. */
type RequestOptions = Omit<FetchEachOptions, "connections" | "concurrency"> & { list: LineSource };

export interface SweepOptions {
  /** Concurrencies to measure at. */
  levels: readonly number[];
  /** Time at each of them in each round, in milliseconds. */
  timeMs: number;
  /** Passes through the levels, each beginning with another one. */
  rounds: number;
}

/** The measurement at one concurrency. Latencies in milliseconds, null if no request was answered or timed out. */
export interface SweepLevel {
  concurrency: number;
  /** Requests made, and failures, those of bad lines included. */
  requests: number;
  failed: number;
  /** Answered requests per second (see `Throughput`), median of the rounds. */
  requestsPerSecond: number;
  p50: number | null;
  p99: number | null;
}

export interface SweepReport {
  type: "sweep";
  rounds: number;
  levels: SweepLevel[];
  /** The concurrency with the highest throughput per latency (Kleinrock's power). Null if interrupted. */
  knee: number | null;
  /** The lowest concurrency with nine tenths of the best throughput. */
  recommended: number | null;
  failed: number;
  interrupted: boolean;
}

export interface SweepContext {
  signal: AbortSignal;
  /** Told of each measurement. */
  emit?: (event: { round: number; concurrency: number }) => void;
}

/**
 * Measure a server at several concurrencies, with as many passes through the list as there is time for. The rounds are
 * interleaved, so that disturbances fall on all levels alike. Cancellation: reports the measurements so far.
 */
export async function sweepUrls(
  options: RequestOptions,
  { levels, timeMs, rounds }: SweepOptions,
  { signal, emit }: SweepContext,
): Promise<SweepReport> {
  const all = levels.map((concurrency) => new Level(concurrency));
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    for (let i = 0; i < all.length && !signal.aborted; i++) {
      const level = all[(i + round) % all.length] as Level;
      await level.measure(options, timeMs, signal);
      emit?.({ round, concurrency: level.concurrency });
    }
  }
  const measured = all.map((level) => level.report());
  const failed = measured.reduce((sum, level) => sum + level.failed, 0);
  return {
    type: "sweep",
    rounds,
    levels: measured,
    ...advice(signal.aborted ? [] : measured),
    failed,
    interrupted: signal.aborted,
  };
}

/** One concurrency, over all rounds. */
class Level {
  readonly concurrency: number;
  readonly #latencies = new Latencies();
  readonly #rates: number[] = [];
  #requests = 0;
  #failed = 0;

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }

  async measure(options: RequestOptions, timeMs: number, signal: AbortSignal): Promise<void> {
    const { concurrency } = this;
    const connections = new Connections(concurrency);
    const throughput = new Throughput(timeMs);
    const jobs = untilTime(new JobList(options.list, { repeat: Number.POSITIVE_INFINITY }), throughput.end);
    try {
      for await (const result of fetchEach(jobs, { ...options, concurrency, connections }, signal)) {
        if (result.attempts > 0) this.#requests++;
        if (!result.ok) this.#failed++;
        if (isAnswered(result)) throughput.answered();
        if (hasLatency(result)) this.#latencies.record(result.ms);
      }
      this.#rates.push(throughput.perSecond);
    } catch (error) {
      if (!isCancelled(error, signal)) throw error;
    } finally {
      await connections.close();
    }
  }

  report(): SweepLevel {
    const { concurrency } = this;
    const [p50, p99] = [this.#latencies.percentile(50), this.#latencies.percentile(99)];
    const requestsPerSecond = significant(median(this.#rates));
    return { concurrency, requests: this.#requests, failed: this.#failed, requestsPerSecond, p50, p99 };
  }
}

/** Requests that were started are finished: to cut them off would count the quick ones alone. */
async function* untilTime<T>(items: PromptIterable<T>, end: number): AsyncGenerator<T> {
  for await (const item of items) {
    if (performance.now() >= end) return;
    yield item;
  }
}

/** Where the curve bends, and the concurrency to recommend. Null if no request was answered. */
export function advice(levels: readonly SweepLevel[]): { knee: number | null; recommended: number | null } {
  const useful = levels.filter(({ p50, requestsPerSecond }) => p50 !== null && requestsPerSecond > 0);
  const power = ({ requestsPerSecond, p50 }: SweepLevel) => requestsPerSecond / (p50 ?? Number.POSITIVE_INFINITY);
  const best = Math.max(...useful.map(({ requestsPerSecond }) => requestsPerSecond));
  const knee = useful.reduce<SweepLevel | undefined>(
    (top, level) => (!top || power(level) > power(top) ? level : top),
    undefined,
  );
  const recommended = useful.find(({ requestsPerSecond }) => requestsPerSecond >= best * 0.9);
  return { knee: knee?.concurrency ?? null, recommended: recommended?.concurrency ?? null };
}
