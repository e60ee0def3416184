import { isCancelled, sleep, TimeoutError, timeout } from "../concurrency/index.js";
import type { ExchangeOptions, HttpRequest, Reply } from "./exchange.js";
import { FetchError, toFetchError } from "./fetch-error.js";
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
  /** Told of each try as it begins. */
  onAttempt?: () => void;
}

const filesPauseMs = 50;

/**
 * Fetch one URL: redirects followed, transient failures (429, 502 to 504, refused, reset) tried again within the deadline.
 * Resolves with the reply, whatever its status. Rejects with FetchError, or with `signal.reason` if that aborts.
 */
export async function fetchOne(request: HttpRequest, options: FetchOneOptions): Promise<Reply> {
  const { timeoutMs, signal } = options;
  try {
    return await timeout(timeoutMs, (own) => tryOften(request, { ...options, signal: own }), { signal });
  } catch (error) {
    if (isCancelled(error, signal)) throw error;
    if (error instanceof TimeoutError)
      throw new FetchError("timeout", `no answer within ${timeoutMs} ms`, { cause: error });
    throw toFetchError(error);
  }
}

async function tryOften(request: HttpRequest, options: FetchOneOptions): Promise<Reply> {
  const { timeoutMs, budget, onAttempt, signal } = options;
  const { origin } = request.url;
  const deadline = performance.now() + timeoutMs;
  const retries = isRepeatable(request) ? options.retries : 0;
  budget?.request(origin);
  for (let attempt = 0; ; attempt++) {
    onAttempt?.();
    const outcome = await tryOnce(request, options);
    const delay = retryDelayMs(attempt, "reply" in outcome ? outcome.reply : undefined);
    // A wait that would outlast the deadline cannot end well: better to report what there is.
    const again = outcome.transient && attempt < retries && performance.now() + delay < deadline;
    if (again && (budget?.tryRetry(origin) ?? true)) await sleep(delay, { signal });
    else if ("reply" in outcome) return outcome.reply;
    else throw outcome.error;
  }
}

function isRepeatable({ method = "GET" }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}

type Outcome = { transient: boolean } & ({ reply: Reply } | { error: unknown });

/** One try. Being out of file descriptors is no failure of the request: it waits for some to be closed. */
async function tryOnce(request: HttpRequest, options: FetchOneOptions): Promise<Outcome> {
  for (;;) {
    try {
      const reply = await follow(request, options);
      return { reply, transient: isTransientStatus(reply.status) };
    } catch (error) {
      if (!isOutOfFiles(error)) return { error, transient: isTransientError(error) };
      await sleep(filesPauseMs, options);
    }
  }
}
