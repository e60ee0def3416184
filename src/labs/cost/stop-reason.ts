import type { KindSpec } from "./kinds.js";
import { leastSquaresSlope } from "./least-squares.js";
import type { Ramp } from "./ramp.js";
import type { Sample } from "./standing.js";
import type { SystemLimit } from "./system-limits.js";
import type { Usage } from "./usage.js";

/** Errors that only one limit causes. */
const limitOfError: Readonly<Record<string, string>> = {
  EMFILE: "ulimit -n",
  ENFILE: "fs.file-max",
  EADDRNOTAVAIL: "ip_local_port_range",
};

/** Shares of its limit that a resource would have had after the last step. */
const leastShare = { failed: 0.5, stalled: 0.9 };

/** The machine before the ramps. */
export interface Machine {
  limits: readonly SystemLimit[];
  /** The usage of a child that has just started. Undefined: not known. */
  atStart: Usage | undefined;
}

/**
 * The limit that ended a ramp, with its value: `ulimit -n (256)`. null if all of them stood.
 *
 * A worker or process that cannot start does not tell which resource it lacked. Then it is the limit that the last step
 * would have come nearest to. If none was near, the signal or the error itself is the answer.
 */
export function stopReason(
  ramp: Ramp,
  { budgetMs, most, guess }: Pick<KindSpec, "budgetMs" | "most" | "guess">,
  { ceiling, ...machine }: Machine & { ceiling: number },
): string | null {
  const { stop } = ramp;
  const time = Number.isFinite(budgetMs) ? `time (${budgetMs / 1000} s)` : "no answer in time";
  switch (stop?.by) {
    case undefined:
      return null;
    case "ceiling":
      return `ceiling (${Math.round(ceiling / 2 ** 20)} MiB)`;
    case "time":
      return time;
    case "most":
      return `${most?.name} (${most?.value})`;
    case "stall": // a Node that gets no thread for its start may wait for ever
      return nearestLimit(ramp, guess, machine, leastShare.stalled) ?? time;
    case "system": {
      const named = machine.limits.find(({ name }) => name === limitOfError[stop.cause]);
      if (named) return shown(named);
      const unknown = stop.cause === "SIGKILL" ? "SIGKILL, perhaps for want of memory" : stop.cause;
      return nearestLimit(ramp, guess, machine, leastShare.failed) ?? unknown;
    }
  }
}

/** The limit that the last step would have come nearest to. Undefined if it would not have had that share of it. */
function nearestLimit(
  { samples, target }: Ramp,
  guess: Partial<Usage>,
  { limits, atStart }: Machine,
  share: number,
): string | undefined {
  const loads = limits.flatMap((limit) => {
    const { of, value, taken = 0 } = limit;
    if (of === undefined) return [];
    const own = usageAt(target, samples, { of, atStart: atStart?.[of] ?? 0, each: guess[of] ?? 0 });
    return [{ limit, load: (taken + own) / value }];
  });
  const [nearest] = loads.sort((a, b) => b.load - a.load);
  return nearest && nearest.load >= share ? shown(nearest.limit) : undefined;
}

function shown({ name, value }: SystemLimit): string {
  return `${name} (${value})`;
}

/** The usage that `target` of them would have, by the samples before. `each` is the guess while there is but one. */
function usageAt(
  target: number,
  samples: readonly Sample[],
  { of, atStart, each }: { of: keyof Usage; atStart: number; each: number },
): number {
  const points = samples.flatMap(({ count, usage }) => (usage ? [[count, usage[of]] as const] : []));
  const [count = 0, last = atStart] = points.at(-1) ?? [];
  const slope = leastSquaresSlope(points) ?? each;
  return last + Math.max(0, slope) * (target - count);
}
