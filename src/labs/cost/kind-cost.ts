import type { Basis, Kind, KindSpec } from "./kinds.js";
import { leastSquaresSlope } from "./least-squares.js";
import type { Ramp } from "./ramp.js";
import type { Sample } from "./standing.js";
import { type Machine, stopReason } from "./stop-reason.js";

/** The cost of one of a kind, by a ramp of many. */
export interface KindCost {
  kind: Kind;
  /** How many stood at once. */
  measured: number;
  /** Memory of one, in bytes. null: it could not be measured. */
  bytesEach: number | null;
  basis: Basis;
  /** Time to start one, in microseconds. null: it could not be measured. */
  usEach: number | null;
  /** The limit that ended the ramp, with its value. null: all of them stood. */
  stoppedBy: string | null;
  /** An estimate beyond `measured`. Left out if all of them stood. */
  extrapolated?: { count: number; bytes: number };
}

/** Extrapolation beyond this multiple of `measured` would be a guess. */
const farthest = 100;

/** The cost of one, and of `count` of them, by the line through the samples. */
export function kindCost(
  spec: KindSpec,
  ramp: Ramp,
  { count, ...bounds }: Machine & { count: number; ceiling: number },
): KindCost {
  const { kind, basis } = spec;
  const { samples } = ramp;
  const { count: measured } = samples.at(-1) ?? { count: 0 };
  const bytesEach = slopeOf(samples, ({ bytes }) => bytes);
  const msEach = slopeOf(samples, ({ ms }) => ms);
  const cost: KindCost = {
    kind,
    measured,
    bytesEach,
    basis,
    usEach: msEach === null ? null : msEach * 1000,
    stoppedBy: stopReason(ramp, spec, bounds),
  };
  if (measured >= count || bytesEach === null) return cost;
  const reach = Math.min(count, farthest * measured);
  return { ...cost, extrapolated: { count: reach, bytes: bytesEach * reach } };
}

/**
 * The slope by count. The empty process is left out where there are enough other samples: the first one brings
 * along code and buffers, which the others share.
 */
function slopeOf(samples: readonly Sample[], valueIn: (sample: Sample) => number | undefined): number | null {
  const all = samples.flatMap((sample) => {
    const value = valueIn(sample);
    return value === undefined ? [] : [[sample.count, value] as const];
  });
  const standing = all.filter(([count]) => count > 0);
  const slope = leastSquaresSlope(standing.length >= 3 ? standing : all) ?? 0;
  return slope > 0 ? slope : null; // noise alone may slope down
}
