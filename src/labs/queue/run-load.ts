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

const producers = 2;
const timedItems = 1000; // of a load take a millisecond each, the others a turn of the event loop
const putsInATurn = 10_000;
const patienceMs = 1000; // for the workers after shutdown()

/**
 * Producers put the items of a load into a queue as fast as they can, and workers that live long take them. Then join()
 * waits for the last item, and shutdown() ends the workers.
 *
 * Cancellation: producers and workers are aborted and awaited; rejects with `signal.reason`.
 */
export function runLoad(
  load: Load,
  inUse: QueueInUse,
  signal: AbortSignal,
  onHandled: () => void = () => {},
): Promise<LoadRun> {
  const running = new RunningLoad(load, inUse, onHandled);
  return taskGroup(
    async (group) => {
      for (let i = 0; i < load.workers; i++) group.spawn((own) => running.work(own));
      const puts = Array.from({ length: producers }, () =>
        group.spawn((own) => running.produce(own).catch(ignoreShutDown)),
      );
      const doneAtJoin = await running.join(puts, group.signal);
      const ended = await running.shutDown(group.signal);
      group.cancel(); // a worker that shutdown() did not end
      return running.result(doneAtJoin, ended);
    },
    { signal },
  );
}

type Ended = LoadRun["ends"] & { closedAt: number };

/** A load on its way, and all that its producers and workers share. */
class RunningLoad {
  readonly #load: Load;
  readonly #inUse: QueueInUse;
  readonly #onHandled: () => void;
  readonly #depth = new DepthOverTime();
  readonly #tally: Tally;
  readonly #workersGone = new Event();
  readonly #start = performance.now();
  #next = 0;
  #waits = 0;
  #ended = 0;

  constructor(load: Load, inUse: QueueInUse, onHandled: () => void) {
    this.#load = load;
    this.#inUse = inUse;
    this.#onHandled = onHandled;
    this.#tally = new Tally(load.items);
  }

  async produce(signal: AbortSignal): Promise<void> {
    const { queue } = this.#inUse;
    for (let puts = 1; this.#next < this.#load.items; puts++) {
      if (queue.full) this.#waits++;
      await queue.put(itemAt(this.#next++), { signal });
      this.#record();
      if (puts % putsInATurn === 0) await turn(); // a put() that finds room lets nobody else run
    }
  }

  async work(signal: AbortSignal): Promise<void> {
    const { queue, itemsOf } = this.#inUse;
    const stride = Math.ceil(this.#load.items / timedItems);
    for await (const item of itemsOf(queue, signal)) {
      this.#record();
      await (indexOf(item) % stride === 0 ? sleep(1) : turn());
      this.#tally.count(item);
      queue.taskDone();
      this.#onHandled();
    }
    if (++this.#ended === this.#load.workers) this.#workersGone.set();
  }

  /** The number of items that were done when join() returned. Undefined: the workers had gone before. */
  join(puts: readonly Promise<void>[], signal: AbortSignal): Promise<number | undefined> {
    const { queue } = this.#inUse;
    const joined = async (own: AbortSignal) => {
      await Promise.all(puts);
      await queue.join({ signal: own });
      return this.#tally.handled;
    };
    const deserted = async (own: AbortSignal) => {
      await this.#workersGone.wait({ signal: own });
      queue.shutdown({ immediate: true }); // or the producers would wait for ever
      return undefined;
    };
    return race<number | undefined>([joined, deserted], { signal });
  }

  async shutDown(signal: AbortSignal): Promise<Ended> {
    const before = this.#ended;
    const closedAt = performance.now();
    this.#inUse.queue.shutdown();
    await moveOnAfter(patienceMs, (own) => this.#workersGone.wait({ signal: own }), { signal });
    return { closedAt, before, after: this.#ended - before, ms: performance.now() - closedAt };
  }

  result(doneAtJoin: number | undefined, { closedAt, ...ends }: Ended): LoadRun {
    const { peak, cellMs, cells } = this.#depth;
    const seconds = (closedAt - this.#start) / 1000;
    const handled = this.#tally.result;
    return { seconds, peak, waits: this.#waits, handled, doneAtJoin, ends, depth: { cellMs, cells } };
  }

  #record(): void {
    this.#depth.record(performance.now() - this.#start, this.#inUse.queue.size);
  }
}

/** The rest of the event loop gets a turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A producer without workers ends as well. */
function ignoreShutDown(error: unknown): void {
  if (!(error instanceof QueueShutDown)) throw error;
}
