import { Event, moveOnAfter, type Queue, QueueShutDown, race, sleep, taskGroup } from "../../concurrency/index.js";
import { type Item, indexOf, itemAt } from "../items.js";
import { DepthOverTime } from "./depth-over-time.js";
import { Tally } from "./tally.js";

export interface Load {
  items: number;
  workers: number;
}

/** A queue, and the loop with which a worker takes its items. */
export interface QueueInUse {
  queue: Queue<Item>;
  itemsOf(queue: Queue<Item>, signal: AbortSignal): AsyncIterable<Item>;
}

/** One run of the load, as it was measured. */
export interface LoadRun {
  seconds: number;
  /** The most items in the queue at a time. */
  peak: number;
  /** Calls of put() that found the queue full, and waited. */
  waits: number;
  handled: { never: number; once: number; again: number };
  /** Items that were done when join() returned. Undefined: the workers had gone, and join() would wait for ever. */
  doneAtJoin: number | undefined;
  /** Workers that ended before shutdown() and after it, and the time from shutdown() to the last end. */
  ends: { before: number; after: number; ms: number };
  /** The greatest depth in each cell of `cellMs` milliseconds. */
  depth: { cellMs: number; cells: readonly number[] };
}

export const producers = 2;
const timedItems = 1000; // of a load take a millisecond each, the others a turn of the event loop
const putsInATurn = 10_000;
const patienceMs = 1000; // for the workers after shutdown()

/**
 * Producers put the items of a load into a queue as fast as they can, and workers that live long take them. Then join()
 * waits for the last item, and shutdown() ends the workers.
 *
 * Cancellation: producers and workers are aborted and awaited; rejects with `signal.reason`.
 */
export async function runLoad(
  { items, workers }: Load,
  { queue, itemsOf }: QueueInUse,
  signal: AbortSignal,
  onHandled?: () => void,
): Promise<LoadRun> {
  const depth = new DepthOverTime();
  const tally = new Tally(items);
  const stride = Math.ceil(items / timedItems);
  const start = performance.now();
  const record = () => depth.record(performance.now() - start, queue.size);
  const workersGone = new Event();
  let [next, waits, ended] = [0, 0, 0];

  async function produce(own: AbortSignal): Promise<void> {
    while (next < items) {
      if (queue.full) waits++;
      await queue.put(itemAt(next++), { signal: own });
      record();
      if (next % putsInATurn === 0) await turn(); // a put() that finds room lets nobody else run
    }
  }

  async function work(own: AbortSignal): Promise<void> {
    for await (const item of itemsOf(queue, own)) {
      record();
      await (indexOf(item) % stride === 0 ? sleep(1) : turn());
      tally.count(item);
      queue.taskDone();
      onHandled?.();
    }
    if (++ended === workers) workersGone.set();
  }

  return taskGroup(
    async (group) => {
      for (let i = 0; i < workers; i++) group.spawn(work);
      const puts = Array.from({ length: producers }, () => group.spawn((own) => produce(own).catch(ignoreShutDown)));
      const joined = async (own: AbortSignal) => {
        await Promise.all(puts);
        await queue.join({ signal: own });
        return tally.handled;
      };
      const deserted = async (own: AbortSignal) => {
        await workersGone.wait({ signal: own });
        queue.shutdown({ immediate: true }); // or the producers would wait for ever
        return undefined;
      };
      const doneAtJoin = await race<number | undefined>([joined, deserted], group);
      const before = ended;
      const closedAt = performance.now();
      queue.shutdown();
      await moveOnAfter(patienceMs, (own) => workersGone.wait({ signal: own }), group);
      const ends = { before, after: ended - before, ms: performance.now() - closedAt };
      group.cancel(); // a worker that shutdown() did not end
      const { peak, cellMs, cells } = depth;
      const seconds = (closedAt - start) / 1000;
      return { seconds, peak, waits, handled: tally.result, doneAtJoin, ends, depth: { cellMs, cells } };
    },
    { signal },
  );
}

/** The rest of the event loop gets a turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A producer without workers ends as well. */
function ignoreShutDown(error: unknown): void {
  if (!(error instanceof QueueShutDown)) throw error;
}
