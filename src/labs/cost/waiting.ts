import { sleep, timeout } from "../../concurrency/index.js";
import { withChild } from "./child.js";
import { field, readProc } from "./proc.js";
import type { WaitingOrder } from "./programs/waiting.js";

/** How often the kernel gave the CPU to threads that waited. */
export interface Waiting {
  threads: number;
  seconds: number;
  /** Of all these threads together. */
  switches: number;
}

const threads = 20;
const startMs = 8000; // for all of them
const settleMs = 200; // until the last one waits
const watchMs = 1000;

/**
 * Let threads wait, and count their context switches in /proc. `wakeMs` ends each wait after that time, to begin again;
 * null never ends it. null: there is no /proc, or the threads could not be started.
 */
export function watchWaiting(program: URL, wakeMs: number | null, signal: AbortSignal): Promise<Waiting | null> {
  return withChild(program, async (child) => {
    const order = { threads, wakeMs } satisfies WaitingOrder;
    const ids = await timeout(startMs, (own) => child.ask<number[] | { error: string }>(order, own), { signal });
    if (!Array.isArray(ids)) return null;
    await sleep(settleMs, { signal });
    const start = performance.now();
    const before = switchesOf(child.pid, ids);
    await sleep(watchMs, { signal });
    const after = switchesOf(child.pid, ids);
    if (before === undefined || after === undefined) return null;
    return { threads, seconds: (performance.now() - start) / 1000, switches: after - before };
  });
}

/** How often the threads were given the CPU so far. */
function switchesOf(pid: number | undefined, ids: readonly number[]): number | undefined {
  let total = 0;
  for (const id of ids) {
    const status = readProc(`/proc/${pid}/task/${id}/status`);
    const voluntary = field(status, "voluntary_ctxt_switches");
    const forced = field(status, "nonvoluntary_ctxt_switches");
    if (voluntary === undefined || forced === undefined) return undefined;
    total += voluntary + forced;
  }
  return total;
}
