import { isCancelled } from "../concurrency/cancellation.js";
import { sleep } from "../concurrency/sleep.js";
import type { Deadline, ExchangeOptions, HttpRequest, Reply } from "./exchange.js";
import { FetchError } from "./fetch-error.js";
import { follow } from "./follow.js";
import { isOutOfFiles, isTransientError, isTransientStatus, retryDelayMs } from "./retry.js";
import type { RetryBudget } from "./retry-budget.js";

export interface FetchOneOptions extends ExchangeOptions {
  /** The whole request: redirects, retries and the waits between them, in milliseconds. */
  timeoutMs: number;
  /** How many more tries a transient failure of a GET or HEAD gets. */
  retries: number;
  /** What the retries of many requests share (default: no limit but `retries`). */
  budget?: RetryBudget | undefined;
}

/** A reply, or why there is none, and how many tries it took. */
export type Outcome = { attempts: number } & (
  | { reply: Reply; error?: undefined }
  | { reply?: undefined; error: FetchError }
);

const filesPauseMs = 50;

/**
 * Fetch one URL: redirects followed, transient failures (429, 502 to 504, refused, reset) tried again within the deadline.
 * Resolves with the reply, whatever its status, or with what went wrong. Cancellation: rejects with `signal.reason`.
 */
export async function fetchOne(request: HttpRequest, options: FetchOneOptions): Promise<Outcome> {
  const { timeoutMs, budget, signal } = options;
  const { origin } = request.url;
  const deadline = { at: performance.now() + timeoutMs, timeoutMs };
  signal.throwIfAborted();
  budget?.request(origin);
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(request, options, deadline, attempts);
    if (attempts > options.retries || !isTransient(outcome) || !isRepeatable(request)) return outcome;
    const delay = retryDelayMs(attempts - 1, outcome.reply);
    // A wait that would outlast the deadline cannot end well: better to report what there is.
    if (performance.now() + delay >= deadline.at || budget?.tryRetry(origin) === false) return outcome;
    await sleep(delay, { signal });
  }
}

/** One try. An error of any other kind is a bug, and thrown. Being out of file descriptors is no failure of the request: it waits for some to be closed. */
async function attempt(
  request: HttpRequest,
  options: ExchangeOptions,
  deadline: Deadline,
  attempts: number,
): Promise<Outcome> {
  for (;;) {
    try {
      return { reply: await follow(request, options, deadline), attempts };
    } catch (error) {
      if (isCancelled(error, options.signal) || !(error instanceof FetchError)) throw error;
      if (!isOutOfFiles(error) || performance.now() + filesPauseMs >= deadline.at) return { error, attempts };
      await sleep(filesPauseMs, options);
    }
  }
}

function isTransient({ reply, error }: Outcome): boolean {
  return reply ? isTransientStatus(reply.status) : isTransientError(error);
}

function isRepeatable({ method = "GET" }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}
