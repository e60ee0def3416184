import type { FetchResult } from "./fetch-result.js";

const whole = new Set(["bad_body", "redirect", "status"]);

/** Whether a whole reply came, whatever its status and of whatever use. */
export function isAnswered({ status, error }: FetchResult): boolean {
  return status !== null && (error === undefined || whole.has(error.class));
}

/**
 * Whether the time of a result says something about the server: it was answered, or its time ran out, be it before the
 * request was begun. What is refused, breaks off at once or was cut off with the run would make a server look quick.
 */
export function hasLatency(result: FetchResult): boolean {
  const { attempts, ms, error, cutOff } = result;
  if (cutOff) return false;
  if (error?.class === "timeout") return attempts > 0 || ms > 0; // one that was never due has waited for nothing
  return isAnswered(result);
}
