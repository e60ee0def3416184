import { type Executor, sleep, ThreadPool } from "../concurrency/index.js";
import type { Item } from "./items.js";
import { bareRoundTripsPerSecond } from "./janus/bare-round-trips.js";
import { type BlockedRun, blockedRun, holdMs } from "./janus/blocked-run.js";
import { conclude, type Evidence, lateLimitMs } from "./janus/findings.js";
import { type Beats, underHeartbeat } from "./janus/heartbeat.js";
import { type OneWay, toLoop, toWorker } from "./janus/one-way.js";
import { WatchedBridge } from "./janus/watched-bridge.js";
import type * as calls from "./janus/worker-calls.js";
import type { Finding, LabContext, Undecided } from "./lab.js";

export interface JanusOptions {
  /** The number of items each way. */
  count: number;
  /** The most items in a queue. */
  maxSize: number;
}

export type JanusRow =
  | ({ what: "put" | "get"; runs: number } & BlockedRun)
  | ({ what: "toLoop" | "toWorker" } & OneWay);

export interface JanusReport extends JanusOptions {
  /** How late the event loop was at worst while no worker was blocked, in milliseconds. */
  quietLateMs: number;
  /** How often a second the worker and the loop can wake each other, with no queue between them. */
  bareRoundTripsPerSecond: number;
  rows: JanusRow[];
  findings: Finding[];
  undecided: Undecided[];
}

/** An item came through, or a row is complete. */
export type JanusEvent = "item" | JanusRow;

/** The parts that a test replaces, to see each finding fail. */
export interface JanusParts {
  makeQueue(maxSize: number, what: JanusRow["what"]): WatchedBridge<Item>;
  /** Work of the event loop while the worker is blocked. */
  beside(): void;
}

const realParts: JanusParts = { makeQueue: (maxSize) => new WatchedBridge({ maxSize }), beside: () => {} };
const callsUrl = new URL("./janus/worker-calls.js", import.meta.url);
const mostRuns = 5; // of a blocked call, until the loop is in time beside one

/**
 * The Janus queue of the notes: one queue with two faces. The event loop awaits on one side, a worker thread blocks on the
 * other.
 */
export async function janus(
  { count, maxSize }: JanusOptions,
  { signal, emit }: LabContext<JanusEvent>,
  parts: Partial<JanusParts> = {},
): Promise<JanusReport> {
  const { makeQueue, beside } = { ...realParts, ...parts };
  const pool: Executor<typeof calls> = new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 });
  const rows: JanusRow[] = [];
  const quiet: Beats[] = [];
  const tell = (row: JanusRow) => {
    rows.push(row);
    emit?.(row);
  };

  async function blockedRuns(call: "put" | "get"): Promise<BlockedRun[]> {
    const runs: BlockedRun[] = [];
    do {
      quiet.push(await underHeartbeat(() => sleep(holdMs, { signal })));
      runs.push(await blockedRun(call, { queue: makeQueue(maxSize, call), pool, beside }, signal));
    } while (runs.length < mostRuns && (runs.at(-1) as BlockedRun).lateMs >= lateLimitMs);
    tell({ what: call, runs: runs.length, ...(runs.at(-1) as BlockedRun) });
    return runs;
  }

  async function way(what: "toLoop" | "toWorker", carry: typeof toLoop): Promise<OneWay> {
    const ends = { queue: makeQueue(maxSize, what), pool, onItem: () => void emit?.("item") };
    const row = { what, ...(await carry(count, ends, signal)) };
    tell(row);
    return row;
  }

  try {
    await pool.submit("warmUp", [], { signal }); // the start of the thread is not measured
    const blocked = { put: await blockedRuns("put"), get: await blockedRuns("get") };
    const before = await bareRoundTripsPerSecond(pool, signal);
    const ways = { toLoop: await way("toLoop", toLoop), toWorker: await way("toWorker", toWorker) };
    const bare = [before, await bareRoundTripsPerSecond(pool, signal)];
    const evidence: Evidence = { count, maxSize, blocked, quiet, ways, bareRoundTripsPerSecond: bare };
    const quietLateMs = Math.max(...quiet.map(({ lateMs }) => lateMs));
    const figures = { quietLateMs, bareRoundTripsPerSecond: Math.min(...bare) };
    return { count, maxSize, ...figures, rows, ...conclude(evidence) };
  } finally {
    await pool.shutdown({ force: true });
  }
}
