import { counted } from "../../text/counted.js";
import { formatMicroseconds } from "../../text/microseconds.js";
import { formatSize } from "../../text/size.js";
import type { Finding } from "../lab.js";
import type { KindCost } from "./kind-cost.js";
import type { Kind, KindSpec } from "./kinds.js";
import type { Switches } from "./switches.js";
import type { Waiting } from "./waiting.js";

export interface Measured {
  kinds: readonly KindCost[];
  switches: Switches;
  waiting: Waiting | null;
}

/** The claims about these costs. A claim is left out if its costs could not be measured, or too few stood. */
export function findingsOf({ kinds, switches, waiting }: Measured, specs: readonly KindSpec[]): Finding[] {
  const memoryOf = (kind: Kind): number | null => {
    const fewest = specs.find((spec) => spec.kind === kind)?.fewest ?? 0;
    return kinds.find((each) => each.kind === kind && each.measured >= fewest)?.bytesEach ?? null;
  };
  const task = { name: "a task", value: memoryOf("task") };
  const connection = { name: "a connection", value: memoryOf("connection") };
  const bareThread = { name: "a thread of the system", value: memoryOf("os-thread") };
  const worker = { name: "a worker", value: memoryOf("thread") };
  const process = { name: "a process", value: memoryOf("process") };
  const byAwait = { name: "by await", value: switches.awaitUs };
  const byAtomics = { name: "by Atomics", value: switches.atomicsUs };
  return [
    cheaper("A waiting task takes under a thousandth of the memory of a worker thread", task, worker, 1000, formatSize),
    cheaper("A waiting task takes less memory than a bare thread", task, bareThread, 1, formatSize),
    cheaper(
      "An idle connection takes under a hundredth of the memory of a process",
      connection,
      process,
      100,
      formatSize,
    ),
    cheaper(
      "A switch between tasks takes under a fifth of one between threads",
      byAwait,
      byAtomics,
      5,
      formatMicroseconds,
    ),
    leftAlone(waiting),
  ].filter((finding) => finding !== undefined);
}

interface Cost {
  name: string;
  value: number | null;
}

/** The claim that `dear` costs more than `times` as much as `cheap`. */
function cheaper(
  claim: string,
  cheap: Cost,
  dear: Cost,
  times: number,
  format: (value: number) => string,
): Finding | undefined {
  if (!cheap.value || !dear.value) return undefined;
  const ratio = rounded(dear.value / cheap.value);
  const measured = `${cheap.name} ${format(cheap.value)}, ${dear.name} ${format(dear.value)}: ${ratio} times as much`;
  return { claim, measured, holds: cheap.value * times < dear.value };
}

/** The notes say the opposite: the system may switch to a waiting thread many thousands of times. */
function leftAlone(waiting: Waiting | null): Finding | undefined {
  if (!waiting) return undefined;
  const { threads, seconds, switches } = waiting;
  return {
    claim: "Threads that wait take no CPU time: each gets the CPU less than once a second",
    measured: `${counted(threads, "waiting thread")} got the CPU ${counted(switches, "time")} in ${seconds.toFixed(1)} s`,
    holds: switches < threads * seconds,
  };
}

function rounded(value: number): string {
  return value < 10 ? value.toPrecision(2) : value.toFixed(0);
}
