import { type AnyIterable, type ResultStream, streamConcurrent } from "../../concurrency/index.js";
import type { Connections } from "../../http/client/connections.js";
import { FetchError } from "../../http/client/fetch-error.js";
import { fetchOne, type Outcome } from "../../http/client/fetch-one.js";
import { HostSlots, type Slot } from "../../http/client/host-slots.js";
import { type HttpRequest, type Reply, withBasicAuthorization } from "../../http/client/request.js";
import { RetryBudget } from "../../http/client/retry-budget.js";
import { PerTurn } from "../../http/per-turn.js";
import { type FetchResult, toResult } from "./fetch-result.js";
import { RampUp } from "./ramp-up.js";
import type { UrlLine } from "./url-lines.js";

export interface FetchEachOptions {
  /** Must have room for `concurrency` connections. They stay open. */
  connections: Connections;
  /** Requests in flight at a time. */
  concurrency: number;
  /** Requests in flight at a time to one host (default: `concurrency`). */
  perHost?: number | undefined;
  /** Deadline of each request, its redirects and retries included, in milliseconds. */
  timeoutMs: number;
  /** End of the run, on the clock of performance.now() (default: never). Later lines get a result, but no request. */
  endAt?: number | undefined;
  /** Further tries of a GET or HEAD after a transient failure. They share a retry budget per origin. */
  retries: number;
  /** The longest body to take, in bytes. It holds for the bytes as sent and for the decoded ones. */
  maxBody: number;
  /** Method, headers and body of every request (default: a plain GET). */
  request?: Pick<HttpRequest, "method" | "headers" | "body">;
  /** Deliver results in the order of the list (default: as they finish). */
  ordered?: boolean | undefined;
  /** Saves the body of a good reply before its result is delivered. Resolves with the path. An error ends the run. */
  save?: ((reply: Reply, index: number) => Promise<string>) | undefined;
  /** Told of every event at once, even if the consumer takes results late. */
  account?: Account | undefined;
}

export interface Account {
  /** A request starts, whose time counts from `since`, on the clock of performance.now(). Returns its place, for done(). */
  begun(since: number): number;
  /** A line has its result. Without a request it has no place. */
  done(result: FetchResult, place?: number): void;
}

/** A line of a list, perhaps with a scheduled start. */
export interface Job extends UrlLine {
  /** On the clock of performance.now() (default: as soon as possible). A late start counts as latency. */
  startAt?: number;
}

/** The most results in memory behind a slow line (`ordered`), and the most lines that wait for busy hosts. */
export function windowOf(concurrency: number): number {
  return Math.max(10 * concurrency, 1000);
}

/**
 * Fetch every URL of a list of any length. Each line gives one result; a failure is a result, too. Lines are pulled
 * only as they are needed, so memory depends on the concurrency and not on the list. A slow consumer slows the fetching
 * down. A host with `perHost` requests in flight delays other hosts only after a window of max(10 × concurrency, 1000)
 * lines.
 *
 * Cancellation: cuts the requests in flight, starts nothing new, and next() rejects with `signal.reason`. undelivered()
 * then has the finished results. A `break` does the same without an error. next() also rejects with an error of `jobs`
 * or `save`.
 */
export function fetchEach(
  jobs: AnyIterable<Job>,
  options: FetchEachOptions,
  signal: AbortSignal,
): ResultStream<FetchResult> {
  const { concurrency, perHost = concurrency, endAt, ordered = false } = options;
  const each = new EachFetch(options);
  const gradual = new RampUp(jobs, concurrency);
  const window = windowOf(concurrency);
  if (perHost >= concurrency) {
    const work = (job: Job, _: number, own: AbortSignal) => each.fetch(job, own);
    return streamConcurrent(gradual, work, { concurrency, buffer: window, ordered, signal });
  }
  const slots = new HostSlots({ perHost, inAll: concurrency, endAt });
  const work = (job: Job, _: number, own: AbortSignal) =>
    slots.use(job.url?.host ?? "", (slot) => each.fetch(job, own, slot), own);
  return streamConcurrent(gradual, work, { concurrency: window, ordered, signal });
}

/** Turns each line into its result. Holds the options, the retry budget and the turns that all requests share. */
class EachFetch {
  readonly #options: FetchEachOptions;
  readonly #budget: RetryBudget;
  readonly #turns = new PerTurn(64); // results without I/O would otherwise block the event loop

  constructor(options: FetchEachOptions) {
    this.#options = options;
    this.#budget = new RetryBudget(options.retries);
  }

  async fetch({ index, text, url, error, startAt }: Job, signal: AbortSignal, slot?: Slot): Promise<FetchResult> {
    const { endAt = Number.POSITIVE_INFINITY, save, account } = this.#options;
    const now = performance.now();
    if (!url || now >= endAt) {
      await this.#turns.take();
      const waitedMs = url && startAt !== undefined ? Math.max(0, endAt - startAt) : 0;
      const failure = error ?? new FetchError("timeout", notStarted);
      const result = toResult(index, text, waitedMs, { attempts: 0, error: failure });
      if (url && startAt === undefined) result.cutOff = true; // with a schedule its wait is known, so it is a latency
      account?.done(result);
      return result;
    }
    const { timeoutMs } = this.#options;
    const place = account?.begun(startAt ?? now);
    const outcome = await this.#request(url, Math.min(timeoutMs, endAt - now), signal, slot);
    if (outcome.error) await this.#turns.take(); // it may have failed without any I/O
    const waitedMs = slot?.waitedMs ?? 0;
    const result = toResult(index, text, performance.now() - (startAt ?? now + waitedMs), outcome);
    if (endAt - now - waitedMs < timeoutMs && result.error?.class === "timeout") {
      result.cutOff = true;
      result.error.message = "cut off: the time of the whole run was over";
    }
    if (save && result.ok && outcome.reply) result.file = await save(outcome.reply, index);
    account?.done(result, place);
    return result;
  }

  #request(url: URL, timeoutMs: number, signal: AbortSignal, slot?: Slot): Promise<Outcome> {
    const { connections, retries, maxBody, request, save } = this.#options;
    const { method, headers, body } = request ?? {};
    const plain = { url, method, headers, body }; // no spread, which is slower a million times
    return fetchOne(url.username || url.password ? withBasicAuthorization(plain) : plain, {
      connections,
      budget: this.#budget,
      retries,
      maxBody,
      keepBody: save !== undefined,
      timeoutMs,
      slot,
      signal,
    });
  }
}

const notStarted = "not started: the time of the whole run was over";
