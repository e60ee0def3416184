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
  /** Room for `concurrency` of them; they stay open. */
  connections: Connections;
  /** Requests in flight at a time. */
  concurrency: number;
  /** Of these, requests to one host (default: all of them). */
  perHost?: number | undefined;
  /** Deadline of each request, its redirects and retries included, in milliseconds. */
  timeoutMs: number;
  /** When the whole run has to be done, on the clock of performance.now() (default: never). */
  endAt?: number | undefined;
  retries: number;
  /** The longest body to take, in bytes, decoded. */
  maxBody: number;
  request?: Pick<HttpRequest, "method" | "headers" | "body">;
  /** Results in the order of the list (default: as they finish). */
  ordered?: boolean | undefined;
  /** Called with each good reply, its body kept for it, before its result comes out; its errors end the run. */
  save?: ((reply: Reply, index: number) => Promise<string>) | undefined;
  /** Told as things happen, whenever the results are taken. */
  account?: Account | undefined;
}

export interface Account {
  /** A request begins. */
  begun(): void;
  /** A line has its result, of a request or of none. */
  done(result: FetchResult): void;
}

/** A line of a list, and when the request for it should start (default: as soon as it can). */
export interface Job extends UrlLine {
  /** On the clock of performance.now(); what is late counts as waiting. */
  startAt?: number;
}

/** How far past a slow one the others may get, with `ordered` or a busy host: so many results or lines are held in memory. */
export function windowOf(concurrency: number): number {
  return Math.max(10 * concurrency, 1000);
}

/**
 * Fetch every URL of a list of any length: each line gives one result, as they finish or in order, and what fails is a
 * result, too. Lines are pulled as there is room for them, so memory depends on the concurrency and not on the list; a
 * consumer that is slow to take results slows the fetching down. A host that has `perHost` requests in flight holds up
 * the others only after a window of max(10 × concurrency, 1000) lines.
 *
 * Cancellation: requests in flight are cut, nothing new starts, next() rejects with `signal.reason`, and undelivered() has
 * the results that were there by then; so does a `break`, without an error. Rejects with the input's own error if it fails,
 * and with that of `save`.
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

/** What all requests of one run share, and what each becomes. */
class EachFetch {
  readonly #options: FetchEachOptions;
  readonly #budget: RetryBudget;
  readonly #turns = new PerTurn(64); // for what needs no socket

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
      if (url && startAt === undefined) result.cutOff = true; // on a schedule it is known when it was due, and to have waited
      account?.done(result);
      return result;
    }
    const { timeoutMs } = this.#options;
    account?.begun();
    const outcome = await this.#request(url, Math.min(timeoutMs, endAt - now), signal, slot);
    if (outcome.error) await this.#turns.take(); // it may have failed before it came to a socket
    const waitedMs = slot?.waitedMs ?? 0;
    const result = toResult(index, text, performance.now() - (startAt ?? now + waitedMs), outcome);
    if (endAt - now - waitedMs < timeoutMs && result.error?.class === "timeout") {
      result.cutOff = true;
      result.error.message = "cut off: the time of the whole run was over";
    }
    if (save && result.ok && outcome.reply) result.file = await save(outcome.reply, index);
    account?.done(result);
    return result;
  }

  #request(url: URL, timeoutMs: number, signal: AbortSignal, slot?: Slot): Promise<Outcome> {
    const { connections, retries, maxBody, request, save } = this.#options;
    const { method, headers, body } = request ?? {};
    const plain = { url, method, headers, body }; // spelled out: a spread takes longer, a million times
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
