import type { FetchResult } from "./fetch-each.js";

/**
 * Whether the time of a result says something about the server: a reply came, whatever it was, or the time ran out, be
 * it before the request was begun. What is refused or breaks off at once would make a server look quick.
 */
export function hasLatency({ status, attempts, ms, error }: FetchResult): boolean {
  if (error?.class === "timeout") return attempts > 0 || ms > 0; // one that was never due has waited for nothing
  return status !== null;
}
