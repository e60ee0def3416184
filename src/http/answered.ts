import type { FetchResult } from "./fetch-each.js";

const brokenOff = new Set(["protocol", "reset", "timeout"]);

/** Whether a reply came, whatever its status, and did not break off. */
export function isAnswered({ status, error }: FetchResult): boolean {
  return status !== null && !(error && brokenOff.has(error.class));
}

/**
 * Whether the time of a result says something about the server: it was answered, or the time ran out, be it before the
 * request was begun. What is refused or breaks off at once would make a server look quick.
 */
export function hasLatency(result: FetchResult): boolean {
  const { attempts, ms, error } = result;
  if (error?.class === "timeout") return attempts > 0 || ms > 0; // one that was never due has waited for nothing
  return isAnswered(result);
}
