import { type Executor, ThreadPool } from "../concurrency/index.js";
import { checkFreeFiles } from "../net/open-files.js";
import type { Item } from "./items.js";
import { type BlockedRun, type BlockedRuns, blockedRuns } from "./janus/blocked-run.js";
import { conclude } from "./janus/findings.js";
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
  /** How often a second the worker and the loop woke each other between the items, with no queue: the slower way. */
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
}

const realParts: JanusParts = { makeQueue: (maxSize) => new WatchedBridge({ maxSize }) };
const callsUrl = new URL("./janus/worker-calls.js", import.meta.url);

/**
 * The Janus queue of the notes: one queue with two faces. The event loop awaits on one side, a worker thread blocks on the
 * other.
 */
export async function janus(
  options: JanusOptions,
  context: LabContext<JanusEvent>,
  parts: JanusParts = realParts,
): Promise<JanusReport> {
  checkFreeFiles();
  const pool: Executor<typeof calls> = new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 });
  try {
    await pool.submit("warmUp", [], { signal: context.signal }); // the start of the thread is not measured
    const { rows, blocked, ways } = await allRows(options, context, { pool, ...parts });
    const quiet = [...blocked.put.quiet, ...blocked.get.quiet];
    return {
      ...options,
      quietLateMs: Math.max(...quiet.map(({ lateMs }) => lateMs)),
      bareRoundTripsPerSecond: Math.min(ways.toLoop.bareRoundTripsPerSecond, ways.toWorker.bareRoundTripsPerSecond),
      rows,
      ...conclude({ ...options, blocked, ways }),
    };
  } finally {
    await pool.shutdown({ force: true });
  }
}

/** Run the rows one after another, for the worker is one thread. */
async function allRows(
  { count, maxSize }: JanusOptions,
  { signal, emit }: LabContext<JanusEvent>,
  { pool, makeQueue }: JanusParts & { pool: Executor<typeof calls> },
) {
  const rows: JanusRow[] = [];
  const tell = (row: JanusRow) => {
    rows.push(row);
    emit?.(row);
  };
  async function block(what: "put" | "get"): Promise<BlockedRuns> {
    const done = await blockedRuns(what, { makeQueue: () => makeQueue(maxSize, what), pool }, signal);
    tell({ what, runs: done.runs.length, ...(done.runs.at(-1) as BlockedRun) });
    return done;
  }
  async function carry(what: "toLoop" | "toWorker"): Promise<OneWay> {
    const ends = { queue: makeQueue(maxSize, what), pool, onItem: () => void emit?.("item") };
    const way = await { toLoop, toWorker }[what](count, ends, signal);
    tell({ what, ...way });
    return way;
  }
  const blocked = { put: await block("put"), get: await block("get") };
  const ways = { toLoop: await carry("toLoop"), toWorker: await carry("toWorker") };
  return { rows, blocked, ways };
}
