import { isCancelled, sleep, TimeoutError, timeout } from "../concurrency/index.js";
import type { Dispatcher } from "./connections.js";
import { FetchError, toFetchError } from "./fetch-error.js";
import { follow, type Reply } from "./follow.js";
import { isTransientError, isTransientStatus, retryDelayMs } from "./retry.js";

export interface FetchOneOptions {
  dispatcher: Dispatcher;
  headers?: Readonly<Record<string, string>>;
  /** The whole request: redirects, retries and the waits between them, in milliseconds. */
  timeoutMs: number;
  /** The longest body to take, in bytes. */
  maxBody: number;
  /** How many more tries a transient failure gets. */
  retries: number;
  signal: AbortSignal;
}

/**
 * GET one URL: redirects followed, transient failures (429, 502 to 504, refused, reset) tried again within the deadline.
 * Resolves with the reply, whatever its status. Rejects with FetchError, or with `signal.reason` if that aborts.
 */
export async function fetchOne(url: URL, options: FetchOneOptions): Promise<Reply> {
  const { timeoutMs, signal } = options;
  try {
    return await timeout(timeoutMs, (own) => tryOften(url, options, own), { signal });
  } catch (error) {
    if (isCancelled(error, signal)) throw error;
    if (error instanceof TimeoutError)
      throw new FetchError("timeout", `no answer within ${timeoutMs} ms`, { cause: error });
    throw toFetchError(error);
  }
}

async function tryOften(
  url: URL,
  { dispatcher, headers = {}, maxBody, retries, timeoutMs }: FetchOneOptions,
  signal: AbortSignal,
): Promise<Reply> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(() => follow(url, { dispatcher, headers, maxBody, signal }));
    const delay = retryDelayMs(attempt, "reply" in outcome ? outcome.reply : undefined);
    // A wait that would outlast the deadline cannot end well: better to report what there is.
    const again = outcome.transient && attempt < retries && performance.now() + delay < deadline;
    if (again) await sleep(delay, { signal });
    else if ("reply" in outcome) return outcome.reply;
    else throw outcome.error;
  }
}

type Outcome = { transient: boolean } & ({ reply: Reply } | { error: unknown });

async function tryOnce(request: () => Promise<Reply>): Promise<Outcome> {
  try {
    const reply = await request();
    return { reply, transient: isTransientStatus(reply.status) };
  } catch (error) {
    return { error, transient: isTransientError(error) };
  }
}
