import { counted } from "../../text/counted.js";
import { type Conclusions, concludeFrom, type Verdict } from "../lab.js";
import { type BlockedRun, type BlockedRuns, holdMs, lateLimitMs } from "./blocked-run.js";
import type { Beats } from "./lateness.js";
import type { OneWay } from "./one-way.js";

/** Everything that a report concludes from. */
export interface Evidence {
  count: number;
  maxSize: number;
  /** The runs in which the worker was blocked, by its call. */
  blocked: Record<"put" | "get", BlockedRuns>;
  ways: Record<"toLoop" | "toWorker", OneWay>;
}

const leastRate = 5000; // items a second
const ratedItems = 1000; // fewer say nothing about a rate
const bareFactor = 5; // a machine is too busy to tell, unless bare round trips beside the items are so many times quicker
const leastBeats = 12; // half of those due in 250 ms

export function conclude(evidence: Evidence): Conclusions {
  return concludeFrom([
    arrival("from the worker to the loop", evidence.ways.toLoop, evidence.count),
    arrival("from the loop to the worker", evidence.ways.toWorker, evidence.count),
    lateness(evidence),
    standstill(evidence),
    waking(evidence),
    ...rate(evidence),
  ]);
}

function arrival(way: string, { received, firstWrong }: OneWay, count: number): Verdict {
  const order = firstWrong === null ? "all in order" : `out of order from item ${firstWrong} on`;
  return {
    claim: `Order is kept and nothing is lost ${way}`,
    measured: `${received} of ${counted(count, "item")} came, ${order}`,
    holds: received === count && firstWrong === null,
  };
}

function lateness({ blocked: { put, get } }: Evidence): Verdict {
  const inTime = ({ lateMs }: Beats) => lateMs < lateLimitMs;
  const isCalm = ({ lateMs }: Beats) => lateMs < lateLimitMs / 2;
  const told = (runs: readonly Beats[]) => `${runs.map(({ lateMs }) => lateMs.toFixed(0)).join(", ")} ms`;
  const quiet = Math.max(...[...put.quiet, ...get.quiet].map(({ lateMs }) => lateMs));
  return {
    claim: `A worker that blocks does not make the event loop late by ${lateLimitMs} ms`,
    measured: `${told(put.runs)} beside put(), ${told(get.runs)} beside get(), ${quiet.toFixed(0)} ms beside nothing`,
    holds: all([put, get].map((runs) => mostly(runs, inTime, isCalm))),
  };
}

function standstill({ blocked: { put }, maxSize }: Evidence): Verdict {
  const puts = put.runs.map(({ itemsPut }) => itemsPut);
  const hasBeats = ({ beats }: Beats) => beats >= leastBeats;
  const told = (runs: readonly Beats[]) => runs.map(({ beats }) => beats).join(", ");
  return {
    claim: "A full queue stops the worker, not the loop",
    measured: `after ${holdMs} ms the worker had put ${counted(Math.max(...puts), "item")} into a queue of ${maxSize}; beats of the loop: ${told(put.runs)}, without a worker ${told(put.quiet)}`,
    holds: all([puts.every((each) => each === maxSize), mostly(put, hasBeats, hasBeats)]),
  };
}

/** Whether most runs pass. A failure of every run counts only if most of the quiet runs were calm. */
function mostly(
  { runs, quiet }: BlockedRuns,
  passes: (run: Beats) => boolean,
  isCalm: (quiet: Beats) => boolean,
): boolean | undefined {
  const passed = runs.filter(passes).length;
  if (passed > runs.length / 2) return true;
  return passed === 0 && quiet.filter(isCalm).length > quiet.length / 2 ? false : undefined;
}

function all(verdicts: readonly (boolean | undefined)[]): boolean | undefined {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function waking({ blocked }: Evidence): Verdict {
  const told = (["put", "get"] as const).map((call) => {
    const { wokenMs } = blocked[call].runs.at(-1) as BlockedRun;
    return `${call}() ${wokenMs === null ? "was not woken" : `threw QueueShutDown ${wokenMs.toFixed(1)} ms after it`}`;
  });
  return {
    claim: "shutdown() wakes a worker that is blocked in put() or get()",
    measured: told.join(", "),
    holds: [...blocked.put.runs, ...blocked.get.runs].every(({ wokenMs }) => wokenMs !== null),
  };
}

function rate({ count, ways: { toLoop, toWorker } }: Evidence): Verdict[] {
  if (count < ratedItems) return [];
  const told = ({ itemsPerSecond, bestItemsPerSecond: best, bareRoundTripsPerSecond: bare }: OneWay) =>
    `${itemsPerSecond.toFixed(0)} (at best ${best.toFixed(0)}, bare round trips ${bare.toFixed(0)})`;
  const isRight = ({ itemsPerSecond, bestItemsPerSecond: best, bareRoundTripsPerSecond: bare }: OneWay) =>
    itemsPerSecond >= leastRate || (best * bareFactor < bare ? false : undefined);
  return [
    {
      claim: `Each way carries ${leastRate} items a second`,
      measured: `to the loop ${told(toLoop)}, to the worker ${told(toWorker)}`,
      holds: all([toLoop, toWorker].map(isRight)),
    },
  ];
}
