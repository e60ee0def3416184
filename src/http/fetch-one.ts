import type { Dispatcher } from "undici";
import { isCancelled, sleep, TimeoutError, timeout } from "../concurrency/index.js";
import { FetchError, toFetchError } from "./fetch-error.js";
import { follow, type Reply } from "./follow.js";
import { isTransientError, isTransientStatus, retryDelayMs } from "./retry.js";

export interface FetchOneOptions {
  dispatcher: Dispatcher;
  headers?: Readonly<Record<string, string>>;
  /** The whole request: redirects, retries and the waits between them, in milliseconds. */
  timeoutMs: number;
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
  { dispatcher, headers = {}, retries }: FetchOneOptions,
  signal: AbortSignal,
): Promise<Reply> {
  for (let attempt = 0; ; attempt++) {
    let reply: Reply | undefined;
    try {
      reply = await follow(url, { dispatcher, headers, signal });
      if (attempt >= retries || !isTransientStatus(reply.status)) return reply;
    } catch (error) {
      if (signal.aborted || attempt >= retries || !isTransientError(toFetchError(error))) throw error;
    }
    await sleep(retryDelayMs(attempt, reply), { signal });
  }
}
