import type { Heartbeat } from "./heartbeat.js";

/** The runs of one call in one place, and the quiet runs beside them, in which nothing was called. */
export interface Evidence {
  runs: readonly Heartbeat[];
  quiet: readonly Heartbeat[];
}

/** Undefined: the machine was too noisy, or the call too short, to tell. */
export type Verdict = boolean | undefined;

/**
 * Whether the loop stalls for the whole call. The time between two beats around a call on the main thread is never
 * shorter than the call itself.
 */
export function stalls({ runs }: Evidence, forMs: number, beatMs: number): Verdict {
  if (runs.some((run) => !blocks(run, forMs) || isFree(run, beatMs))) return false;
  return runs.every((run) => isStalled(run, beatMs)) || undefined;
}

/**
 * Whether the loop turns while the call blocks elsewhere. One run in which it did proves it. That it did not is proved
 * only if no run did, and if most quiet runs were calm: else other programs held the loop up.
 */
export function goesOn({ runs, quiet }: Evidence, forMs: number, beatMs: number): Verdict {
  const blocking = runs.filter((run) => blocks(run, forMs));
  if (blocking.length < runs.length) return undefined;
  if (blocking.some((run) => isFree(run, beatMs))) return true;
  const calm = quiet.filter(({ stallMs }) => stallMs + beatMs < forMs / 2);
  return blocking.every((run) => isStalled(run, beatMs)) && calm.length > quiet.length / 2 ? false : undefined;
}

/** Whether a run shows the loop turning during its call: then no more runs are needed. */
export function isFree({ stallMs, callMs }: Heartbeat, beatMs: number): boolean {
  return stallMs + beatMs < callMs / 2;
}

function isStalled({ stallMs, callMs }: Heartbeat, beatMs: number): boolean {
  return stallMs + beatMs >= callMs;
}

/** Timers and clocks are not exact: a call of 0.9 × forMs counts. */
function blocks({ callMs }: Heartbeat, forMs: number): boolean {
  return callMs >= 0.9 * forMs;
}
