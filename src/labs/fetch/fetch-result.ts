import { STATUS_CODES } from "node:http";
import { type ErrorClass, FetchError } from "../../http/client/fetch-error.js";
import type { Outcome } from "../../http/client/fetch-one.js";

/** What came of one line of a list. */
export interface FetchResult {
  index: number;
  url: string;
  /** Of the reply, though it may have broken off after its headers; null if these did not come. */
  status: number | null;
  /** The reply came whole, with a status of 2xx. */
  ok: boolean;
  /**
   * From when the request should have started to its end, retries included, but not what it waited for a place at another
   * host unless it was on a schedule. Of what never started: from when it should have to the end of the run, or 0 without
   * a schedule.
   */
  ms: number;
  /** Of the body, decoded. */
  bytes: number;
  /** Tries made; 0 if no request was. */
  attempts: number;
  /** Where the body was saved. */
  file?: string;
  /** The time of the whole run was over before it was answered: how long that would have taken is not known. */
  cutOff?: true;
  error?: { class: ErrorClass; message: string };
}

/** What came of the line `index`, which reads `url`, after `ms` milliseconds. */
export function toResult(index: number, url: string, ms: number, outcome: Outcome): FetchResult {
  const { attempts, reply, error } = outcome;
  const status = (reply ?? error).status ?? null;
  const failed =
    error ?? (reply.status >= 200 && reply.status < 300 ? undefined : statusError(reply.status, outcome.notRetried));
  return {
    index,
    url,
    status,
    ok: failed === undefined,
    ms: Math.round(ms * 1000) / 1000,
    bytes: reply?.bytes ?? 0,
    attempts,
    ...(failed && { error: { class: failed.class, message: failed.message } }),
  };
}

function statusError(status: number, notRetried: string | undefined): FetchError {
  const line = `HTTP ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
  return new FetchError("status", notRetried ? `${line}, not tried again: ${notRetried}` : line, { status });
}
