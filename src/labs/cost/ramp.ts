import { AllAtOnce } from "./all-at-once.js";
import type { KindSpec } from "./kinds.js";
import { nextTarget } from "./next-target.js";
import { type Growing, type Sample, Standing, type Stop } from "./standing.js";

export interface RampOptions {
  /** How many shall stand. */
  count: number;
  /** Bytes for all processes of the ramp. */
  ceiling: number;
  signal: AbortSignal;
  /** Called after each step. */
  onStep: (count: number) => void;
  /** Called while they still stand; not if the end of the ramp was the end of their process. */
  onTop: (count: number, pid: number) => Promise<void>;
}

/** The samples of a ramp, and the reason for its end. */
export interface Ramp {
  samples: Sample[];
  /** The count of the last step. */
  target: number;
  /** Undefined: all of them stood. */
  stop: Stop | undefined;
}

/** Ramp one kind up to `count`, or until a limit ends it. Its processes are gone when this resolves or rejects. */
export async function ramp(spec: KindSpec, options: RampOptions): Promise<Ramp> {
  const growing: Growing = new (spec.allAtOnce ? AllAtOnce : Standing)(spec, options.ceiling);
  try {
    const result = await grow(growing, spec, options);
    const { pid, count } = growing;
    if (pid !== undefined && count > 0) await options.onTop(count, pid);
    return result;
  } finally {
    await growing.end();
  }
}

async function grow(growing: Growing, spec: KindSpec, { count, ceiling, signal, onStep }: RampOptions): Promise<Ramp> {
  const deadline = performance.now() + spec.budgetMs;
  const samples: Sample[] = [];
  let target: number | Stop | undefined = 0;
  let lastTarget = 0;
  while (typeof target === "number") {
    lastTarget = target;
    const { sample, stop } = await growing.growTo(target, deadline - performance.now(), signal);
    if (sample && sample.count >= (samples.at(-1)?.count ?? 0)) samples.push(sample);
    if (sample) onStep(sample.count);
    target = stop ?? nextTarget(samples, { spec, count, ceiling, msLeft: deadline - performance.now() });
  }
  return { samples, target: lastTarget, stop: target };
}
