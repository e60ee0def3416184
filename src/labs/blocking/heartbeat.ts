import { monitorEventLoopDelay } from "node:perf_hooks";
import { sleep } from "../../concurrency/index.js";

export interface Heartbeat {
  /** When the loop came round, in milliseconds from the start. */
  beats: number[];
  /** The longest time between two beats around the call, less one interval, in milliseconds. */
  stallMs: number;
  /** The longest delay that Node's own event-loop delay monitor saw, in milliseconds. */
  loopDelayMs: number;
  /** How long the call blocked its thread, measured there, in milliseconds. */
  callMs: number;
}

const quietBeats = 10; // before and after the call, so that a gap has edges

/** The interval of the heartbeat beside calls of `forMs`: 10 ms, and less for short calls. */
export function beatMsFor(forMs: number): number {
  return Math.max(1, Math.min(10, Math.floor(forMs / 8)));
}

/**
 * Let a heartbeat tick on the event loop each `beatMs`, from a little before to a little after `call`, which resolves
 * with its `callMs`. Cancellation: rejects with `signal.reason`.
 */
export async function underHeartbeat(
  call: () => number | Promise<number>,
  beatMs: number,
  signal: AbortSignal,
): Promise<Heartbeat> {
  const loopDelay = monitorEventLoopDelay({ resolution: beatMs });
  const start = performance.now();
  const now = () => performance.now() - start;
  const beats: number[] = [];
  const timer = setInterval(() => beats.push(now()), beatMs);
  loopDelay.enable();
  try {
    await sleep(quietBeats * beatMs, { signal });
    const begun = now();
    const callMs = await call();
    const ended = now();
    await sleep(quietBeats * beatMs, { signal });
    const stallMs = Math.max(0, longestGap(beats, begun, ended) - beatMs);
    return { beats, stallMs, loopDelayMs: Math.max(0, loopDelay.max / 1e6 - beatMs), callMs };
  } finally {
    loopDelay.disable();
    clearInterval(timer);
  }
}

/** The longest time between two beats that touches the time from `begun` to `ended`. */
function longestGap(beats: readonly number[], begun: number, ended: number): number {
  let longest = 0;
  let before = 0;
  for (const beat of beats) {
    if (beat >= begun && before <= ended) longest = Math.max(longest, beat - before);
    before = beat;
  }
  return longest;
}
