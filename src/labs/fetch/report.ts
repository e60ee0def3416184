import type { Finding } from "../lab.js";
import type { HostLimit } from "./limited/limited-hosts.js";
import type { TallyReport } from "./tally.js";
import type { WarmUpReport } from "./warm-up.js";

/** The report of a run. */
export interface FetchReport extends TallyReport {
  type: "summary";
  /** With --warmup only. */
  warmup?: WarmUpReport;
  concurrency: number;
  rate: number | null;
  /** The signal ended the run. */
  interrupted: boolean;
  /** --max-time ended the run. Each line of the list has a result all the same, for its first pass. */
  endedByTime: boolean;
  /** Requests that were started and cut off without a result. */
  unfinished: number;
  /** Requests sent again on a new connection, because the server had closed the first one. These are no retries. */
  resent: number;
  /** Hosts that asked to wait, in the order in which they first did. */
  limits: HostLimit[];
  /** Share of the time in which this process was busy, 0 to 1. Near 1, latencies are as much its own as the server's. */
  busy: number;
  findings: Finding[];
}

/** The parts of a report that are no counts. */
export type RunEnd = Pick<FetchReport, "interrupted" | "endedByTime" | "unfinished" | "resent" | "limits" | "busy">;

/** Above this share of busy time, a process largely measures itself. */
export const tooBusy = 0.9;

export function toReport(
  { concurrency, rate }: { concurrency: number; rate?: number | undefined },
  tally: TallyReport,
  end: RunEnd,
): FetchReport {
  const busy = Math.round(end.busy * 100) / 100;
  const findings = rate === undefined ? savedFindings(tally, concurrency, busy) : [];
  return { type: "summary", ...tally, concurrency, rate: rate ?? null, ...end, busy, findings };
}

/**
 * No claim without anything to overlap, after a failure (a refused connection takes no time at all), while a request still
 * waits, or if this process was so busy that the requests waited for it rather than for a server.
 */
function savedFindings(tally: TallyReport, concurrency: number, busy: number): Finding[] {
  const { requests, failed, waiting, seconds, sequentialSeconds } = tally;
  if (requests < 2 || concurrency === 1 || failed > 0 || waiting.count > 0 || busy > tooBusy) return [];
  return [
    {
      claim: `Up to ${concurrency} requests at a time take a fraction of the time of one after another`,
      measured: `${seconds.toFixed(2)} s, and their waits add up to ${sequentialSeconds.toFixed(2)} s`,
      holds: seconds < (sequentialSeconds * 2) / 3,
    },
  ];
}
