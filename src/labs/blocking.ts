import { type Executor, ProcessPool, sleep, ThreadPool } from "../concurrency/index.js";
import { checkFreeFiles } from "../net/open-files.js";
import * as calls from "./blocking/blocking-calls.js";
import { beatMsFor, type Heartbeat, underHeartbeat } from "./blocking/heartbeat.js";
import { type Evidence, goesOn, isFree, stalls } from "./blocking/verdict.js";
import { concludeFrom, type Finding, type LabContext, type Undecided, type Verdict } from "./lab.js";

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
  /** How often the call was made; the others are figures of the last run. */
  runs: number;
}

export interface BlockingReport {
  forMs: number;
  /** The longest delay of a beat while nothing was called, in milliseconds. */
  quietStallMs: number;
  rows: BlockingRow[];
  findings: Finding[];
  undecided: Undecided[];
}

type CallExecutor = Executor<typeof calls>;
type CallThere = (call: Call) => number | Promise<number>;

const callsUrl = new URL("./blocking/blocking-calls.js", import.meta.url);
const pools = {
  thread: (): CallExecutor => new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 }),
  process: (): CallExecutor => new ProcessPool<typeof calls>(callsUrl, { maxWorkers: 1 }),
};
const here: Record<Call, (ms: number) => number> = { busy: calls.busy, sleepSync: calls.sleepSync };
const mostRuns = 5; // of a call in a thread or process, until one shows that the loop goes on

/**
 * The notes' "how to run blocking functions": the same blocking call on the main thread, in a thread and in a process,
 * while a heartbeat ticks on the event loop. `executors` take the call away (default: pools of one worker).
 */
export async function blocking(
  { forMs, on }: BlockingOptions,
  { signal, emit }: LabContext<BlockingRow>,
  executors: { thread: () => CallExecutor; process: () => CallExecutor } = pools,
): Promise<BlockingReport> {
  checkFreeFiles();
  const rows: BlockingRow[] = [];
  const verdicts: Verdict[] = [];
  const quiet = [await quietRun(forMs, signal)];
  for (const place of on) {
    await withCaller(place, forMs, executors, signal, async (callThere) => {
      const evidence = [];
      for (const call of ["busy", "sleepSync"] as const) {
        const runs = await runsOf(place, () => callThere(call), { forMs, quiet, signal });
        const row = { place, call, runs: runs.length, ...(runs.at(-1) as Heartbeat) };
        rows.push(row);
        emit?.(row);
        evidence.push({ runs, quiet });
      }
      verdicts.push(verdictOn(place, evidence, forMs));
    });
  }
  const quietStallMs = Math.max(...quiet.map(({ stallMs }) => stallMs));
  return { forMs, quietStallMs, rows, ...concludeFrom(verdicts) };
}

/** The runs of one call: one on main; elsewhere until one shows that the loop goes on, each stalled one beside a quiet one. */
async function runsOf(
  place: Place,
  call: () => number | Promise<number>,
  { forMs, quiet, signal }: { forMs: number; quiet: Heartbeat[]; signal: AbortSignal },
): Promise<Heartbeat[]> {
  const beatMs = beatMsFor(forMs);
  const runs = [await underHeartbeat(call, beatMs, signal)];
  while (place !== "main" && runs.length < mostRuns && !runs.some((run) => isFree(run, beatMs))) {
    quiet.push(await quietRun(forMs, signal));
    runs.push(await underHeartbeat(call, beatMs, signal));
  }
  return runs;
}

/** The same heartbeat while nothing is called: the stalls that are the machine's own. */
function quietRun(forMs: number, signal: AbortSignal): Promise<Heartbeat> {
  return underHeartbeat(() => sleep(Math.min(forMs, 500), { signal }).then(() => 0), beatMsFor(forMs), signal);
}

/** Call `use` with a way to make the calls at `place`. The worker behind it is warm, and gone afterwards. */
async function withCaller(
  place: Place,
  forMs: number,
  executors: typeof pools,
  signal: AbortSignal,
  use: (callThere: CallThere) => Promise<void>,
): Promise<void> {
  if (place === "main") return use((call) => here[call](forMs));
  const executor = executors[place]();
  try {
    await executor.submit("busy", [0], { signal }); // the start of a worker is not measured here
    await use((call) => executor.submit(call, [forMs], { signal }));
  } finally {
    await executor.shutdown({ force: true });
  }
}

function verdictOn(place: Place, evidence: readonly Evidence[], forMs: number): Verdict {
  const beatMs = beatMsFor(forMs);
  const isMain = place === "main";
  const claim = isMain
    ? `On the main thread the event loop stalls for the whole ${forMs} ms`
    : `In a ${place} the event loop goes on while the call blocks`;
  const held = evidence.map((each) => (isMain ? stalls(each, forMs, beatMs) : goesOn(each, forMs, beatMs)));
  const last = evidence.map(({ runs }) => runs.at(-1) as Heartbeat);
  const quietMs = Math.max(...evidence.flatMap(({ quiet }) => quiet.map(({ stallMs }) => stallMs)));
  const measured = `stalls of ${inMs(last.map(({ stallMs }) => stallMs))} around calls of ${inMs(last.map(({ callMs }) => callMs))}${inRun(evidence)}; ${inMs([quietMs])} while nothing was called`;
  const holds = held.includes(false) ? false : held.includes(undefined) ? undefined : true;
  return { claim, measured, holds };
}

/** Runs before the last one seemed to stall. */
function inRun(evidence: readonly Evidence[]): string {
  const runs = evidence.map((each) => each.runs.length);
  return runs.every((count) => count === 1) ? "" : ` in run ${runs.join(" and ")}`;
}

function inMs(values: readonly number[]): string {
  return values.map((ms) => `${ms.toFixed(0)} ms`).join(" and ");
}
