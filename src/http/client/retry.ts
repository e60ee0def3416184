import type { FetchError } from "./fetch-error.js";
import type { Reply } from "./request.js";

const baseMs = 100;
const longestBackoffMs = 5_000;
const longestRetryAfterMs = 30_000;

/** Whether the request may be sent again. GET and HEAD change nothing on the server. */
export function isRepeatable({ method = "GET" }: { method?: string | undefined }): boolean {
  return method === "GET" || method === "HEAD";
}

/** Whether the same request may succeed a little later. */
export function isTransientStatus(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

/** Whether the next try may succeed. A name that does not exist is not transient, but a name server without an answer is. */
export function isTransientError({ class: errorClass, cause }: FetchError): boolean {
  if (errorClass === "dns") return (cause as NodeJS.ErrnoException | undefined)?.code === "EAI_AGAIN";
  return errorClass === "refused" || errorClass === "reset" || errorClass === "timeout";
}

/** Whether the process or the system had no file descriptor left for the connection. */
export function isOutOfFiles({ cause }: FetchError): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === "EMFILE" || code === "ENFILE";
}

/**
 * The wait before the next try, in milliseconds. `attempt` counts from 0. A Retry-After header decides, but above 30 s
 * the wait is Infinity. Without such a header the wait is random, up to a limit that doubles from 100 ms to 5 s (full
 * jitter). So clients that failed together do not come back together.
 */
export function retryDelayMs(attempt: number, reply: Pick<Reply, "header"> | undefined): number {
  const asked = retryAfterMs(reply);
  if (asked !== undefined) return asked <= longestRetryAfterMs ? asked : Number.POSITIVE_INFINITY;
  return Math.random() * Math.min(longestBackoffMs, baseMs * 2 ** attempt);
}

/** Retry-After in milliseconds, from seconds or an HTTP date; undefined if there is neither. */
export function retryAfterMs(reply: Pick<Reply, "header"> | undefined): number | undefined {
  const value = reply?.header("retry-after")?.trim(); // the parser keeps white space after a value
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined; // Date.parse takes "-1" and "soon 5" for dates
  const date = Date.parse(value.endsWith(" GMT") ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
