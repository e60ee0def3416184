import { type Executor, ProcessPool, ThreadPool } from "../concurrency/index.js";
import * as calls from "./blocking/blocking-calls.js";
import { type Heartbeat, underHeartbeat } from "./blocking/heartbeat.js";
import type { Finding, LabContext } from "./lab.js";

export type Place = "main" | "thread" | "process";
type Call = keyof typeof calls;

export interface BlockingOptions {
  /** How long each call blocks, in milliseconds. */
  forMs: number;
  /** Where to run it. */
  on: readonly Place[];
}

export interface BlockingRow extends Heartbeat {
  place: Place;
  call: Call;
}

export interface BlockingReport {
  forMs: number;
  rows: BlockingRow[];
  findings: Finding[];
}

type CallExecutor = Executor<typeof calls>;

const callsUrl = new URL("./blocking/blocking-calls.js", import.meta.url);
const pools = {
  thread: (): CallExecutor => new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 }),
  process: (): CallExecutor => new ProcessPool<typeof calls>(callsUrl, { maxWorkers: 1 }),
};
const here: Record<Call, (ms: number) => void> = { busy: calls.busy, sleepSync: calls.sleepSync };
const freeBelowMs = 50;

/**
 * The notes' "how to run blocking functions": the same blocking call on the main thread, in a thread and in a process,
 * while a heartbeat ticks on the event loop. `executors` are what takes the call away (default: pools of one worker).
 */
export async function blocking(
  { forMs, on }: BlockingOptions,
  { signal, emit }: LabContext<BlockingRow>,
  executors: { thread: () => CallExecutor; process: () => CallExecutor } = pools,
): Promise<BlockingReport> {
  const rows: BlockingRow[] = [];
  for (const place of on) {
    await withCaller(place, executors, signal, async (callThere) => {
      for (const call of ["busy", "sleepSync"] as const) {
        const row = { place, call, ...(await underHeartbeat(() => callThere(call, forMs), signal)) };
        rows.push(row);
        emit?.(row);
      }
    });
  }
  return { forMs, rows, findings: on.map((place) => stallFinding(place, forMs, rows)) };
}

/** Call `use` with a way to make the calls at `place`; the worker behind it is warm, and gone afterwards. */
async function withCaller(
  place: Place,
  executors: typeof pools,
  signal: AbortSignal,
  use: (callThere: (call: Call, ms: number) => unknown) => Promise<void>,
): Promise<void> {
  if (place === "main") return use((call, ms) => here[call](ms));
  const executor = executors[place]();
  try {
    await executor.submit("busy", [0], { signal }); // starting a worker is not what is measured here
    await use((call, ms) => executor.submit(call, [ms], { signal }));
  } finally {
    await executor.shutdown({ force: true });
  }
}

function stallFinding(place: Place, forMs: number, rows: readonly BlockingRow[]): Finding {
  const stalls = rows.filter((row) => row.place === place).map(({ stallMs }) => stallMs);
  const measured = `the longest stalls: ${stalls.map((ms) => `${ms.toFixed(0)} ms`).join(", ")}`;
  if (place === "main") {
    const claim = `On the main thread the event loop stalls for the whole ${forMs} ms`;
    return { claim, measured, holds: stalls.every((ms) => ms >= forMs * 0.9) };
  }
  const claim = `In a ${place} the event loop goes on: no stall of ${freeBelowMs} ms`;
  return { claim, measured, holds: stalls.every((ms) => ms < freeBelowMs) };
}
