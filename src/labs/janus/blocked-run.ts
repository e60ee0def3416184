import { type Executor, sleep, taskGroup } from "../../concurrency/index.js";
import type { Item } from "../items.js";
import { type Beats, underHeartbeat } from "./heartbeat.js";
import type { WatchedBridge } from "./watched-bridge.js";
import type * as calls from "./worker-calls.js";

/** One time that the worker was blocked in a call, with the event loop beside it. */
export interface BlockedRun extends Beats {
  /** Items that the worker had put at the end. */
  itemsPut: number;
  /** Time from shutdown() until the worker was back with QueueShutDown, in milliseconds. null: it was not. */
  wokenMs: number | null;
}

/** How long the worker stays blocked. */
export const holdMs = 250;
/** The event loop may be so late, in milliseconds. */
export const lateLimitMs = 50;
const mostRuns = 5; // until the loop is in time
const patienceMs = 2000; // for the worker after shutdown()

export interface BlockedRuns {
  runs: readonly BlockedRun[];
  /** As many runs of the same time, without a worker in a call. */
  quiet: readonly Beats[];
}

interface Scene {
  makeQueue(): WatchedBridge<Item>;
  pool: Executor<typeof calls>;
  /** Runs on the event loop while the worker is blocked. */
  beside(): void;
}

/** Run blockedRun() until the loop was in time, up to five times, each after a quiet run. */
export async function blockedRuns(
  call: "put" | "get",
  { makeQueue, pool, beside }: Scene,
  signal: AbortSignal,
): Promise<BlockedRuns> {
  const [runs, quiet]: [BlockedRun[], Beats[]] = [[], []];
  while (runs.length < mostRuns && runs.every(({ lateMs }) => lateMs >= lateLimitMs)) {
    quiet.push(await underHeartbeat(() => sleep(holdMs, { signal })));
    runs.push(await blockedRun(call, { queue: makeQueue(), pool, beside }, signal));
  }
  return { runs, quiet };
}

/**
 * Block the worker in `call` for a while, watch the loop meanwhile, then shut the queue down. `beside` runs on the loop
 * in that time.
 */
function blockedRun(
  call: "put" | "get",
  { queue, pool, beside }: { queue: WatchedBridge<Item>; pool: Executor<typeof calls>; beside: () => void },
  signal: AbortSignal,
): Promise<BlockedRun> {
  const port = queue.connect();
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const begin = {
    put: (own: AbortSignal) =>
      pool.submit("putItems", [port, queue.maxSize + 1, progress], { signal: own, transfer: [port] }),
    get: (own: AbortSignal) => pool.submit("getItems", [port], { signal: own, transfer: [port] }).then(() => true),
  };
  return taskGroup(
    async (group) => {
      const worker = group.spawn(begin[call]);
      await Promise.race([queue.blocked.wait(group), worker]);
      const { beats, lateMs } = await underHeartbeat(async () => {
        setImmediate(beside);
        await sleep(holdMs, group);
      });
      const itemsPut = Atomics.load(progress, 0);
      const closedAt = performance.now();
      queue.shutdown();
      const woken = await Promise.race([worker, sleep(patienceMs, group).then(() => false)]);
      const wokenMs = woken ? performance.now() - closedAt : null;
      group.cancel(); // the time-out, and a worker that is still blocked
      return { beats, lateMs, itemsPut, wokenMs };
    },
    { signal },
  ).finally(() => queue.shutdown({ immediate: true }));
}
