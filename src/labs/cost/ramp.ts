import { AllAtOnce } from "./all-at-once.js";
import type { KindSpec } from "./kinds.js";
import { leastSquares } from "./least-squares.js";
import { type Growing, type Sample, Standing, type Stop } from "./standing.js";

export interface RampOptions {
  /** How many shall stand. */
  count: number;
  /** Bytes for all processes of the ramp. */
  ceiling: number;
  signal: AbortSignal;
  /** Called after each step. */
  onStep: (count: number) => void;
  /** Called while all of them still stand. */
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

const growth = 1.5; // of a step
const growthAtOnce = 4; // where each step takes a child of its own
const fewestSteps = 4;
const fullest = 0.9; // of the ceiling
const margin = 1.25; // over the average of one, for the memory of its start

/** Ramp one kind up to `count`, or until a limit ends it. Its processes are gone when this resolves or rejects. */
export async function ramp(spec: KindSpec, options: RampOptions): Promise<Ramp> {
  const growing: Growing = new (spec.allAtOnce ? AllAtOnce : Standing)(spec, options.ceiling);
  try {
    const result = await grow(growing, spec, options);
    const { count } = result.samples.at(-1) ?? { count: 0 };
    if (growing.pid !== undefined && count > 0) await options.onTop(count, growing.pid);
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

interface Room {
  spec: KindSpec;
  count: number;
  ceiling: number;
  msLeft: number;
}

/** The count of the next step, or the reason why there is none. Undefined: all of them stand. */
function nextTarget(samples: readonly Sample[], { spec, count, ceiling, msLeft }: Room): number | Stop | undefined {
  const last = samples.at(-1);
  if (!last || last.count >= count) return undefined;
  if (spec.most && last.count >= spec.most.value) return { by: "most" };
  const one = costOfOne(samples, spec);
  const base = spec.allAtOnce ? (samples[0] as Sample) : last; // each child is a new one
  const byMemory = Math.floor((fullest * ceiling - base.allBytes) / (margin * one.bytes));
  const byTime = one.ms > 0 ? Math.floor(msLeft / one.ms) : Number.POSITIVE_INFINITY;
  const room = spec.allAtOnce ? byMemory - last.count : byMemory;
  if (room < 1) return { by: "ceiling" };
  if (msLeft <= 0 || byTime < 1) return { by: "time" };
  const first = Math.min(spec.first, Math.ceil(count / fewestSteps));
  const wanted = last.count === 0 ? first : Math.ceil(last.count * (spec.allAtOnce ? growthAtOnce : growth));
  return Math.min(wanted, count, spec.most?.value ?? count, last.count + room, last.count + byTime);
}

/** Memory and time of one: a guess at first, then by the samples so far. */
function costOfOne(samples: readonly Sample[], { guessBytes }: KindSpec): { bytes: number; ms: number } {
  if (samples.length < 3) return { bytes: guessBytes, ms: 0 };
  const { slope: bytes } = leastSquares(samples.map(({ count, allBytes }) => [count, allBytes])) ?? { slope: 0 };
  const { slope: ms } = leastSquares(samples.map(({ count, ms }) => [count, ms])) ?? { slope: 0 };
  return { bytes: Math.max(bytes, guessBytes / 4), ms };
}
