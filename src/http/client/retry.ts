import type { FetchError } from "./fetch-error.js";
import type { Reply } from "./request.js";

const baseMs = 100;
const longestBackoffMs = 5_000;
const longestRetryAfterMs = 30_000;

/** What changes nothing on the server, and so may be asked for again. */
export function isRepeatable({ method = "GET" }: { method?: string | undefined }): boolean {
  return method === "GET" || method === "HEAD";
}

/** Statuses that say "not now": the same request may succeed a little later. */
export function isTransientStatus(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

/** Errors on the way to the server and back that the next try may not meet. A name that does not resolve is not one. */
export function isTransientError({ class: errorClass }: FetchError): boolean {
  return errorClass === "refused" || errorClass === "reset" || errorClass === "timeout";
}

/** The process, or the system, has no file descriptor left for one more connection. */
export function isOutOfFiles({ cause }: FetchError): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === "EMFILE" || code === "ENFILE";
}

/**
 * How long to wait before the next try, in milliseconds: what the server asked for by Retry-After, Infinity if that is
 * more than 30 s, else a random time up to a limit that doubles with each attempt (full jitter: clients that failed
 * together do not come back together).
 */
export function retryDelayMs(attempt: number, reply: Pick<Reply, "header"> | undefined): number {
  const asked = retryAfterMs(reply);
  if (asked !== undefined) return asked <= longestRetryAfterMs ? asked : Number.POSITIVE_INFINITY;
  return Math.random() * Math.min(longestBackoffMs, baseMs * 2 ** attempt);
}

/** Retry-After in milliseconds, from seconds or an HTTP date; undefined for anything else. */
export function retryAfterMs(reply: Pick<Reply, "header"> | undefined): number | undefined {
  const value = reply?.header("retry-after")?.trim(); // the parser leaves the white space after a value
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined; // Date.parse takes "-1" and "soon 5" for dates
  const date = Date.parse(value.endsWith(" GMT") ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
