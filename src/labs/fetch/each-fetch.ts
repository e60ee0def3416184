import type { Connections } from "../../http/client/connections.js";
import { FetchError } from "../../http/client/fetch-error.js";
import { fetchOne, type Outcome } from "../../http/client/fetch-one.js";
import type { Slot } from "../../http/client/host-slots.js";
import { type HttpRequest, type Reply, withBasicAuthorization } from "../../http/client/request.js";
import { RetryBudget } from "../../http/client/retry-budget.js";
import { PerTurn } from "../../http/per-turn.js";
import { type FetchResult, toResult } from "./fetch-result.js";
import { hostOf, type Job, type Refused } from "./job.js";
import { asksToWait, type LimitedHosts } from "./limited/limited-hosts.js";
import type { ParkedJobs } from "./limited/parked-jobs.js";

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
  /** Hosts that ask to wait (default: a 429 is a failure like others). Only for fetchPatiently(). */
  hosts?: LimitedHosts | undefined;
}

export interface Account {
  /** A request starts, whose time counts from `since`, on the clock of performance.now(). Returns its place, for done(). */
  begun(since: number): number;
  /** A line has its result. Without a request it has no place. */
  done(result: FetchResult, place?: number): void;
  /** A request that has started is put aside, to start again later. */
  putAside(place: number): void;
}

/** Turns each line into its result. Holds the options, the retry budget and the turns that all requests share. */
export class EachFetch {
  readonly #options: FetchEachOptions;
  readonly #hosts: LimitedHosts | undefined;
  readonly #parked: ParkedJobs | undefined;
  readonly #budget: RetryBudget;
  readonly #repeatsLater = (reply: Reply) => asksToWait(reply, this.#options.request);
  readonly #turns = new PerTurn(64); // results without I/O would otherwise block the event loop

  constructor(options: FetchEachOptions, parked?: ParkedJobs) {
    this.#options = options;
    this.#hosts = options.hosts;
    this.#parked = parked;
    this.#budget = new RetryBudget(options.retries);
  }

  /** The result of a job, or undefined if its host asked to wait. Then the job is parked, if there is a place for that. */
  async fetch(job: Job, signal: AbortSignal, slot?: Slot): Promise<FetchResult | undefined> {
    const { index, text, url, startAt, refused } = job;
    const { endAt = Number.POSITIVE_INFINITY, save, account } = this.#options;
    try {
      const now = performance.now();
      if (!url || now >= endAt) return await this.#notStarted(job, endAt);
      const timeoutMs = refused ? this.#timeLeft(job, refused, now) : this.#options.timeoutMs;
      if (timeoutMs <= 0) return this.#givenUp(job);
      const place = account?.begun(startAt ?? now);
      const outcome = await this.#request(url, Math.min(timeoutMs, endAt - now), signal, slot);
      if (outcome.error) await this.#turns.take(); // it may have failed without any I/O
      if (this.#mayBeRefused(outcome) && this.#isRefused(job, outcome, now)) return this.#putAside(job, place);
      const waitedMs = slot?.waitedMs ?? 0;
      if (refused) outcome.attempts += refused.attempts;
      const startedAt = startAt ?? refused?.firstAt ?? now + waitedMs;
      const result = toResult(index, text, performance.now() - startedAt, outcome);
      if (endAt - now - waitedMs < timeoutMs && result.error?.class === "timeout") {
        result.cutOff = true;
        result.error.message = "cut off: the time of the whole run was over";
      }
      if (save && result.ok && outcome.reply) result.file = await save(outcome.reply, index);
      account?.done(result, place);
      return result;
    } finally {
      this.#parked?.settled();
    }
  }

  #putAside(job: Job, place: number | undefined): undefined {
    if (place !== undefined) this.#options.account?.putAside(place);
    this.#parked?.park(job, hostOf(job));
    return undefined;
  }

  /** The result of a line that is no URL, or that the end of the run leaves without a request. */
  async #notStarted(job: Job, endAt: number): Promise<FetchResult> {
    await this.#turns.take();
    const { index, text, url, error, startAt, refused } = job;
    if (refused) return this.#givenUp(job);
    const waitedMs = url && startAt !== undefined ? Math.max(0, endAt - startAt) : 0;
    const failure = error ?? new FetchError("timeout", notStarted);
    const result = toResult(index, text, waitedMs, { attempts: 0, error: failure });
    if (url && startAt === undefined) result.cutOff = true; // with a schedule its wait is known, so it is a latency
    this.#options.account?.done(result);
    return result;
  }

  /** The result of a request that was refused, for which there is no time any more. */
  #givenUp({ index, text, startAt, refused }: Job): FetchResult {
    const { outcome, firstAt, attempts } = refused as Refused;
    const result = toResult(index, text, performance.now() - (startAt ?? firstAt), {
      ...outcome,
      attempts,
      notRetried: "there was no time left",
    } as Outcome);
    this.#options.account?.done(result);
    return result;
  }

  /** Without a schedule, the waits for a host are no time of the request. */
  #timeLeft({ startAt }: Job, { ms, firstAt }: Refused, now: number): number {
    return this.#options.timeoutMs - (startAt === undefined ? ms : now - firstAt);
  }

  #mayBeRefused({ reply }: Outcome): boolean {
    return this.#hosts !== undefined && reply !== undefined && (reply.status >= 400 || !this.#hosts.isEmpty);
  }

  /** Note that the host has asked to wait, or has answered. True if the request is to be repeated. */
  #isRefused(job: Job, outcome: Outcome, startedAt: number): boolean {
    const hosts = this.#hosts;
    const { reply } = outcome;
    if (!hosts || !reply) return false;
    if (!asksToWait(reply, this.#options.request)) {
      if (!hosts.isEmpty) hosts.answered(reply.url.host);
      return false;
    }
    const why = hosts.refused(reply, startedAt, this.#budget.rateOf(reply.url.origin));
    const before = job.refused ?? { attempts: 0, ms: 0, firstAt: startedAt };
    if (why !== undefined) outcome.notRetried = why;
    else {
      const ms = before.ms + performance.now() - startedAt;
      job.refused = { ...before, outcome, attempts: before.attempts + outcome.attempts, ms };
    }
    return why === undefined;
  }

  #request(url: URL, timeoutMs: number, signal: AbortSignal, slot?: Slot): Promise<Outcome> {
    const { connections, retries, maxBody, request, save } = this.#options;
    const { method, headers, body } = request ?? {};
    const plain = { url, method, headers, body }; // no spread, which is slower a million times
    const repeatsLater = this.#hosts && this.#repeatsLater;
    return fetchOne(url.username || url.password ? withBasicAuthorization(plain) : plain, {
      connections,
      budget: this.#budget,
      retries,
      maxBody,
      keepBody: save !== undefined,
      timeoutMs,
      slot,
      repeatsLater,
      signal,
    });
  }
}

const notStarted = "not started: the time of the whole run was over";
