import { isCancelled, sleep } from "../../concurrency/index.js";
import { type ExchangeOptions, exchange } from "./exchange.js";
import { FetchError } from "./fetch-error.js";
import type { Slot } from "./host-slots.js";
import { followRedirects } from "./redirects.js";
import { type Deadline, type HttpRequest, isRedirect, type Reply } from "./request.js";
import { isRepeatable, isTransientError, isTransientStatus, retryAfterMs, retryDelayMs } from "./retry.js";
import type { RetryBudget } from "./retry-budget.js";

export interface FetchOneOptions extends ExchangeOptions {
  /** The whole request: redirects, retries and the waits between them, in milliseconds. */
  timeoutMs: number;
  /** How many more tries a transient failure of a GET or HEAD gets. */
  retries: number;
  /** What the retries of many requests share (default: no limit but `retries`). */
  budget?: RetryBudget | undefined;
}

/** A reply, or why there is none, and how many tries it took; `notRetried`, or the message of the error: why there was not one more. */
export type Outcome = { attempts: number } & (
  | { reply: Reply; error?: undefined; notRetried?: string }
  | { reply?: undefined; error: FetchError }
);

/**
 * Fetch one URL: redirects followed, transient failures (429, 502 to 504, refused, reset) tried again within the deadline.
 * Resolves with the reply, whatever its status, or with what went wrong. An error of any other kind is a bug, and thrown.
 * Cancellation: rejects with `signal.reason`.
 */
export async function fetchOne(request: HttpRequest, options: FetchOneOptions): Promise<Outcome> {
  const { timeoutMs, retries, budget, slot, signal } = options;
  const { origin } = request.url;
  const deadline = { at: performance.now() + timeoutMs, timeoutMs };
  signal.throwIfAborted();
  budget?.request(origin);
  for (let attempts = 1; ; attempts++) {
    let outcome: Outcome;
    try {
      let reply = await exchange(request, options, deadline);
      if (isRedirect(reply.status)) reply = await followRedirects(request, reply, options, deadline);
      outcome = { attempts, reply };
    } catch (error) {
      if (isCancelled(error, signal) || !(error instanceof FetchError)) throw error;
      outcome = { attempts, error };
    }
    const last = lastOrigin(outcome, request.url, origin);
    if (attempts === 1 && last !== origin) budget?.request(last);
    if (attempts > retries || !isTransient(outcome) || !isRepeatable(request)) return outcome;
    const delay = retryDelayMs(attempts - 1, outcome.reply);
    // A wait that would outlast the deadline cannot end well: better to report what there is.
    if (performance.now() + delay >= deadline.at) return notRetried(outcome);
    if (budget?.tryRetry(last) === false) return withReason(outcome, usedUp);
    await sleep(delay, { signal });
    if (slot && !(await isBack(slot, request.url.host, deadline))) return outcome;
  }
}

/** Take a slot at `host` again, for a redirect may have led to another one. False if the run ended before. */
async function isBack(slot: Slot, host: string, deadline: Deadline): Promise<boolean> {
  try {
    await slot.moveTo(host, deadline);
    return true;
  } catch (error) {
    if (error instanceof FetchError) return false;
    throw error;
  }
}

/** Where the request went that was answered, or failed: its origin is the one whose trouble it is. */
function lastOrigin({ reply, error }: Outcome, first: URL, origin: string): string {
  if (reply) return reply.url === first ? origin : reply.url.origin;
  return error.origin ?? origin;
}

function notRetried(outcome: Outcome): Outcome {
  const asked = retryAfterMs(outcome.reply);
  if (asked === undefined) return outcome;
  return withReason(outcome, `Retry-After asks for ${Math.ceil(asked / 1000)} s, which is too long to wait`);
}

const usedUp = "retries to this origin are used up (a tenth of its requests, at least --retries)";

/** A status is put into words later; an error has its message already, so it becomes another one. */
function withReason(outcome: Outcome, why: string): Outcome {
  if (!outcome.error) return { ...outcome, notRetried: why };
  const { class: errorClass, message, status, cause, origin } = outcome.error;
  const error = new FetchError(errorClass, `${message}, not tried again: ${why}`, { status, cause });
  error.origin = origin;
  return { attempts: outcome.attempts, error };
}

function isTransient({ reply, error }: Outcome): boolean {
  return reply ? isTransientStatus(reply.status) : isTransientError(error);
}
