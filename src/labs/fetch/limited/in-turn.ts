import { sleep } from "../../../concurrency/index.js";
import { hostOf, type Job } from "../job.js";
import type { LimitedHosts } from "./limited-hosts.js";

/**
 * Call `fetch`, each time once the host of the job is ready for it, until there is a result. Waits until `endAt` at most.
 * Cancellation: ends the wait, and rejects with `signal.reason`.
 */
export async function inTurn<T>(
  job: Job,
  { hosts, endAt, signal }: { hosts: LimitedHosts; endAt: number; signal: AbortSignal },
  fetch: () => Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    if (!hosts.isEmpty) await turnOf(job, hosts, endAt, signal);
    const result = await fetch();
    if (result) return result;
  }
}

async function turnOf(job: Job, hosts: LimitedHosts, endAt: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const now = performance.now();
    const pace = hosts.of(hostOf(job));
    const at = Math.min(pace?.readyAt ?? now, endAt);
    if (at <= now) return pace?.started(now);
    await sleep(at - now, { signal });
  }
}
