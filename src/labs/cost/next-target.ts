import type { KindSpec } from "./kinds.js";
import { leastSquaresSlope } from "./least-squares.js";
import type { Sample, Stop } from "./standing.js";

const growth = 1.5; // of a step
const growthAtOnce = 4; // where each step takes a child of its own
const fewestSteps = 4;
const fullest = 0.9; // of the ceiling
const margin = 1.25; // over the average of one, for the memory of its start

/** What is left of the limits of a ramp. */
export interface Room {
  spec: Pick<KindSpec, "allAtOnce" | "first" | "guessBytes" | "most">;
  count: number;
  ceiling: number;
  msLeft: number;
}

/** The count of the next step, or the reason why there is none. Undefined: all of them stand. */
export function nextTarget(
  samples: readonly Sample[],
  { spec, count, ceiling, msLeft }: Room,
): number | Stop | undefined {
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
function costOfOne(
  samples: readonly Sample[],
  { guessBytes }: Pick<KindSpec, "guessBytes">,
): { bytes: number; ms: number } {
  if (samples.length < 3) return { bytes: guessBytes, ms: 0 };
  const bytes = leastSquaresSlope(samples.map(({ count, allBytes }) => [count, allBytes])) ?? 0;
  const ms = leastSquaresSlope(samples.map(({ count, ms }) => [count, ms])) ?? 0;
  return { bytes: Math.max(bytes, guessBytes / 4), ms };
}
