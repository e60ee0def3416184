import { counted } from "../../text/counted.js";
import type { Finding, Undecided } from "../lab.js";
import { type BlockedRun, type BlockedRuns, holdMs, lateLimitMs } from "./blocked-run.js";
import type { Beats } from "./heartbeat.js";
import type { OneWay } from "./one-way.js";

/** Everything that a report concludes from. */
export interface Evidence {
  count: number;
  maxSize: number;
  /** The runs in which the worker was blocked, by its call. */
  blocked: Record<"put" | "get", BlockedRuns>;
  ways: Record<"toLoop" | "toWorker", OneWay>;
  /** Measured before and after the ways. */
  bareRoundTripsPerSecond: readonly number[];
}

const leastRate = 5000; // items a second
const ratedItems = 1000; // fewer say nothing about a rate
const bareFactor = 10; // a machine is too busy to tell, unless its bare round trips are so many times quicker

interface Judged {
  claim: string;
  measured: string;
  /** undefined: the machine is too noisy to tell. */
  holds: boolean | undefined;
}

export function conclude(evidence: Evidence): { findings: Finding[]; undecided: Undecided[] } {
  const judged = [
    arrival("from the worker to the loop", evidence.ways.toLoop, evidence.count),
    arrival("from the loop to the worker", evidence.ways.toWorker, evidence.count),
    lateness(evidence),
    standstill(evidence),
    waking(evidence),
    ...rate(evidence),
  ];
  return {
    findings: judged.filter((each): each is Finding => each.holds !== undefined),
    undecided: judged.filter(({ holds }) => holds === undefined).map(({ claim, measured }) => ({ claim, measured })),
  };
}

function arrival(way: string, { received, firstWrong }: OneWay, count: number): Judged {
  const order = firstWrong === null ? "all in order" : `out of order from item ${firstWrong} on`;
  return {
    claim: `Order is kept and nothing is lost ${way}`,
    measured: `${received} of ${counted(count, "item")} came, ${order}`,
    holds: received === count && firstWrong === null,
  };
}

/**
 * One run in which the loop was in time proves that the worker does not hold it up. That it does is proved only if it was
 * late in every run, and if most quiet runs were calm.
 */
function lateness({ blocked: { put, get } }: Evidence): Judged {
  const [besidePut, besideGet] = [best(put.runs), best(get.runs)];
  const quiet = [...put.quiet, ...get.quiet].map(({ lateMs }) => lateMs);
  const calm = quiet.filter((lateMs) => lateMs < lateLimitMs / 2).length;
  const runs = Math.max(put.runs.length, get.runs.length);
  const ofRuns = runs > 1 ? `, the best of ${runs} runs` : "";
  return {
    claim: `The event loop is never late by ${lateLimitMs} ms while the worker blocks`,
    measured: `${ms(besidePut)} beside put(), ${ms(besideGet)} beside get()${ofRuns}; ${ms(Math.max(...quiet))} beside nothing`,
    holds: Math.max(besidePut, besideGet) < lateLimitMs || (calm > quiet.length / 2 ? false : undefined),
  };
}

function best(runs: readonly Beats[]): number {
  return Math.min(...runs.map(({ lateMs }) => lateMs));
}

function standstill({ blocked: { put }, maxSize }: Evidence): Judged {
  const puts = put.runs.map(({ itemsPut }) => itemsPut);
  const beats = Math.min(...put.runs.map((run) => run.beats));
  return {
    claim: "A full queue stops the worker, not the loop",
    measured: `after ${holdMs} ms the worker had put ${counted(Math.max(...puts), "item")} into a queue of ${maxSize}, and the loop had come round ${counted(beats, "time")}`,
    holds: puts.every((each) => each === maxSize) && beats > 0,
  };
}

function waking({ blocked }: Evidence): Judged {
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

function rate({ count, ways, bareRoundTripsPerSecond }: Evidence): Judged[] {
  if (count < ratedItems) return [];
  const slowest = Math.min(ways.toLoop.itemsPerSecond, ways.toWorker.itemsPerSecond);
  const bare = Math.min(...bareRoundTripsPerSecond);
  return [
    {
      claim: `Each way carries ${leastRate} items a second`,
      measured: `${ways.toLoop.itemsPerSecond.toFixed(0)} to the loop, ${ways.toWorker.itemsPerSecond.toFixed(0)} to the worker; bare round trips ${bare.toFixed(0)}`,
      holds: slowest >= leastRate || (bare >= bareFactor * leastRate ? false : undefined),
    },
  ];
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
