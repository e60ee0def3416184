import { monitorEventLoopDelay } from "node:perf_hooks";
import { sleep } from "../../concurrency/index.js";

export const beatMs = 10;

export interface Heartbeat {
  /** When the loop came round, in milliseconds from the start. */
  beats: number[];
  /** The most a beat was late, in milliseconds. */
  stallMs: number;
  /** The same, as Node's own event-loop delay monitor saw it. */
  loopDelayMs: number;
}

const quietBeats = 10; // before and after the call, so that the gap has edges to be seen between

/** Let a heartbeat tick on the event loop every 10 ms, from a little before to a little after `call`. */
export async function underHeartbeat(call: () => unknown, signal: AbortSignal): Promise<Heartbeat> {
  const loopDelay = monitorEventLoopDelay({ resolution: beatMs });
  const start = performance.now();
  const beats: number[] = [];
  const timer = setInterval(() => beats.push(performance.now() - start), beatMs);
  loopDelay.enable();
  try {
    await sleep(quietBeats * beatMs, { signal });
    await call();
    await sleep(quietBeats * beatMs, { signal });
  } finally {
    loopDelay.disable();
    clearInterval(timer);
  }
  return { beats, stallMs: longestGap(beats) - beatMs, loopDelayMs: Math.max(0, loopDelay.max / 1e6 - beatMs) };
}

function longestGap(beats: readonly number[]): number {
  let longest = beatMs;
  beats.forEach((beat, i) => {
    longest = Math.max(longest, beat - (beats[i - 1] ?? 0));
  });
  return longest;
}
