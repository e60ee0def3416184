import { sleep } from "../concurrency/index.js";
import { findingsOf } from "./cost/findings.js";
import { type KindCost, kindCost } from "./cost/kind-cost.js";
import { type Kind, type KindSpec, kindSpecs } from "./cost/kinds.js";
import { type Ramp, ramp } from "./cost/ramp.js";
import { measureSwitches, type Switches } from "./cost/switches.js";
import { systemLimits } from "./cost/system-limits.js";
import { usageOfOneMore } from "./cost/usage.js";
import { type Waiting, watchWaiting } from "./cost/waiting.js";
import type { Finding, LabContext } from "./lab.js";

export type { KindCost } from "./cost/kind-cost.js";
export type { Kind } from "./cost/kinds.js";

export interface CostOptions {
  /** How many of each kind to run, if no limit ends it before. */
  count: number;
  kinds: readonly Kind[];
  /** Bytes for all processes of a ramp. Default: 2 GiB, or half of the free memory if that is less. */
  ceiling?: number | undefined;
  /** How long each ramp is kept standing at its top, in milliseconds. Default: not at all. */
  holdMs?: number | undefined;
}

export type CostEvent =
  | { type: "step"; kind: Kind; count: number }
  | { type: "top"; kind: Kind; count: number; pid: number }
  | { type: "kind"; cost: KindCost; count: number }
  | { type: "switches" };

export interface CostReport {
  count: number;
  /** In bytes. */
  ceiling: number;
  kinds: KindCost[];
  switches: Switches;
  /** null: it could not be measured. */
  waiting: Waiting | null;
  findings: Finding[];
}

/** The programs that are measured. */
export interface CostPrograms {
  kinds: readonly KindSpec[];
  switches: URL;
  waiting: URL;
  /** The waits of the waiting threads end after this time, in milliseconds; null: never. */
  wakeMs: number | null;
}

const realPrograms: CostPrograms = {
  kinds: kindSpecs,
  switches: new URL("./cost/programs/switches.js", import.meta.url),
  waiting: new URL("./cost/programs/waiting.js", import.meta.url),
  wakeMs: null,
};

const largestDefault = 2 * 2 ** 30;

/**
 * The notes' "threads are resource intensive": the memory and the start of a waiting task, a connection, a thread of the
 * system, a worker and a process, each by a ramp in a child of its own; and the time of a switch between two of them.
 * Cancellation: rejects with `signal.reason` once all children have ended.
 */
export async function cost(
  { count, kinds, ceiling = Math.min(largestDefault, process.availableMemory() / 2), holdMs = 0 }: CostOptions,
  { signal, emit }: LabContext<CostEvent>,
  programs: CostPrograms = realPrograms,
): Promise<CostReport> {
  const machine = { limits: systemLimits(), atStart: usageOfOneMore() };
  const costs: KindCost[] = [];
  for (const spec of programs.kinds.filter(({ kind }) => kinds.includes(kind))) {
    const each = kindCost(spec, await rampOf(spec, { count, ceiling, holdMs }, { signal, emit }), {
      ...machine,
      count,
      ceiling,
    });
    costs.push(each);
    await emit?.({ type: "kind", cost: each, count });
  }
  await emit?.({ type: "switches" });
  const switches = await measureSwitches(programs.switches, signal);
  const waiting = await watchWaiting(programs.waiting, programs.wakeMs, signal);
  const measured = { kinds: costs, switches, waiting };
  return { count, ceiling, ...measured, findings: findingsOf(measured, programs.kinds) };
}

function rampOf(
  spec: KindSpec,
  { count, ceiling, holdMs }: { count: number; ceiling: number; holdMs: number },
  { signal, emit }: LabContext<CostEvent>,
): Promise<Ramp> {
  const { kind } = spec;
  return ramp(spec, {
    count,
    ceiling,
    signal,
    onStep: (standing) => void emit?.({ type: "step", kind, count: standing }),
    async onTop(standing, pid) {
      if (holdMs === 0) return;
      await emit?.({ type: "top", kind, count: standing, pid });
      await sleep(holdMs, { signal });
    },
  });
}
