import { STATUS_CODES } from "node:http";
import { type ErrorClass, FetchError } from "../../http/client/fetch-error.js";
import type { Outcome } from "../../http/client/fetch-one.js";

/** The result of one line of a list. */
export interface FetchResult {
  /** The number of the line, from 0. It goes on counting in later passes over the list. */
  index: number;
  /** The URL as it stands in the list. */
  url: string;
  /** Status of the reply, even if it broke off after its headers; null if the headers did not come. */
  status: number | null;
  /** The whole reply came, with a status of 2xx. */
  ok: boolean;
  /**
   * Milliseconds from the start of the request to its end, retries included. On a schedule the time counts from the
   * scheduled start. Without one, waits for a slot at another host do not count. For a request that never started: the
   * time from its scheduled start to the end of the run, or 0 without a schedule.
   */
  ms: number;
  /** Length of the body in bytes, decoded. */
  bytes: number;
  /** Number of tries; 0 if no request was made. */
  attempts: number;
  /** Path of the saved body. */
  file?: string;
  /** The run ended before the request was answered, so its real latency is unknown. */
  cutOff?: true;
  error?: { class: ErrorClass; message: string };
}

/** The result of line `index`, which reads `url`, from its outcome after `ms` milliseconds. */
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

/** The error classes of whole replies. */
const wholeReplies = new Set(["bad_body", "redirect", "status"]);

/** Whether a whole reply came, of any status and of any use. */
export function isAnswered({ status, error }: FetchResult): boolean {
  return status !== null && (error === undefined || wholeReplies.has(error.class));
}

/** Whether the run ended before the request could start. */
export function isNotStarted({ attempts, error }: FetchResult): boolean {
  return attempts === 0 && error?.class === "timeout";
}

/**
 * Whether the time of the result says something about the server. It does if the request was answered or timed out,
 * even if it was due on a schedule and never started. A refused or broken connection would make a server look fast, so
 * it does not count. A request that was cut off with the run is none of these: it still waits.
 */
export function hasLatency(result: FetchResult): boolean {
  const { attempts, ms, error, cutOff } = result;
  if (cutOff) return false;
  if (error?.class === "timeout") return attempts > 0 || ms > 0; // with 0 ms it was never due
  return isAnswered(result);
}
