import { type Executor, sleep, type TaskGroup, taskGroup } from "../../concurrency/index.js";
import type { Item } from "../items.js";
import { type Beats, measureLateness } from "./lateness.js";
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
const mostRuns = 5; // until the loop was in time in most of them
const patienceMs = 2000; // for the worker after shutdown()

export interface BlockedRuns {
  runs: readonly BlockedRun[];
  /** As many runs of the same time, without a worker in a call. */
  quiet: readonly Beats[];
}

interface Scene {
  makeQueue(): WatchedBridge<Item>;
  pool: Executor<typeof calls>;
}

/** Run blockedRun() until the loop was in time in most runs, up to five times, each after a quiet run. */
export async function blockedRuns(
  call: "put" | "get",
  { makeQueue, pool }: Scene,
  signal: AbortSignal,
): Promise<BlockedRuns> {
  const [runs, quiet]: [BlockedRun[], Beats[]] = [[], []];
  const late = () => runs.filter(({ lateMs }) => lateMs >= lateLimitMs).length;
  while (runs.length < mostRuns && 2 * late() >= runs.length) {
    quiet.push(await measureLateness(() => sleep(holdMs, { signal })));
    runs.push(await blockedRun(call, { queue: makeQueue(), pool }, signal));
  }
  return { runs, quiet };
}

/** Block the worker in `call` for a while, watch the loop meanwhile, then shut the queue down. */
function blockedRun(
  call: "put" | "get",
  { queue, pool }: { queue: WatchedBridge<Item>; pool: Executor<typeof calls> },
  signal: AbortSignal,
): Promise<BlockedRun> {
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return taskGroup(
    async (group) => {
      const worker = group.spawn((own) => begin(call, { queue, pool, progress }, own));
      await Promise.race([queue.blocked.wait(group), worker]);
      const { beats, lateMs } = await measureLateness(() => sleep(holdMs, group));
      const itemsPut = Atomics.load(progress, 0);
      const wokenMs = await shutDown(queue, worker, group);
      group.cancel(); // the time-out, and a worker that is still blocked
      return { beats, lateMs, itemsPut, wokenMs };
    },
    { signal },
  ).finally(() => queue.shutdown({ immediate: true }));
}

/** Call the worker. Resolves with whether shutdown() ended the call. */
function begin(
  call: "put" | "get",
  { queue, pool, progress }: { queue: WatchedBridge<Item>; pool: Executor<typeof calls>; progress: Int32Array },
  signal: AbortSignal,
): Promise<boolean> {
  const port = queue.connect();
  if (call === "get") return pool.submit("drain", [port], { signal, transfer: [port] });
  return pool.submit("fill", [port, queue.maxSize, progress], { signal, transfer: [port] });
}

/** The time until shutdown() has ended the worker's call, in milliseconds. null: it did not. */
async function shutDown(
  queue: WatchedBridge<Item>,
  worker: Promise<boolean>,
  group: TaskGroup,
): Promise<number | null> {
  const closedAt = performance.now();
  queue.shutdown();
  const woken = await Promise.race([worker, sleep(patienceMs, group).then(() => false)]);
  return woken ? performance.now() - closedAt : null;
}
