import { isCancelled, sleep } from "../../concurrency/index.js";
import { type ExchangeOptions, exchange } from "./exchange.js";
import { FetchError } from "./fetch-error.js";
import type { Slot } from "./host-slots.js";
import { followRedirects } from "./redirects.js";
import { type Deadline, type HttpRequest, isRedirect, type Reply } from "./request.js";
import { isRepeatable, isTransientError, isTransientStatus, retryAfterMs, retryDelayMs } from "./retry.js";
import type { RetryBudget } from "./retry-budget.js";

export interface FetchOneOptions extends ExchangeOptions {
  /** Time for the whole request in milliseconds, with its redirects, its retries and the waits between them. */
  timeoutMs: number;
  /** Further tries of a GET or HEAD after a transient failure. */
  retries: number;
  /** Whether the caller itself repeats a request later that got this reply. It is no retry then (default: never). */
  repeatsLater?: ((reply: Reply) => boolean) | undefined;
  /** Limits the retries of many requests together (default: no limit but `retries`). */
  budget?: RetryBudget | undefined;
}

/**
 * The reply or the error, and the number of attempts. `notRetried`, or the message of the error, says why retrying
 * stopped early.
 */
export type Outcome = { attempts: number } & (
  | { reply: Reply; error?: undefined; notRetried?: string }
  | { reply?: undefined; error: FetchError }
);

/**
 * Fetch one URL. Redirects are followed. Transient failures of a GET or HEAD are retried within the deadline: 429, 502
 * to 504, and connections that were refused, were reset or timed out. Resolves with the reply of any status, or with a
 * FetchError. Any other error is a bug and rejects. Cancellation: rejects with `signal.reason`.
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
    if (outcome.reply && outcome.reply.status >= 400 && options.repeatsLater?.(outcome.reply)) return outcome;
    if (attempts > retries || !isTransient(outcome) || !isRepeatable(request)) return outcome;
    const delay = retryDelayMs(attempts - 1, outcome.reply);
    // The deadline would pass during the wait, so this outcome is the last.
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

/** The origin that replied or failed, after redirects. The retry counts against its budget. */
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

/** Add the reason for the end of retrying. An error already has its message, so a new error replaces it. */
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
