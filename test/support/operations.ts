/**
 * Every operation of src/concurrency that takes a signal, with the three ways it can end. hygiene.test.ts runs the same
 * tests on all of them.
 */
import {
  type Abortable,
  Event,
  every,
  gather,
  Lock,
  mapConcurrent,
  moveOnAfter,
  Queue,
  race,
  Semaphore,
  sleep,
  streamConcurrent,
  taskGroup,
  timeout,
} from "../../src/concurrency/index.js";
import { turn } from "./latch.js";

export interface Operation {
  /** Wait for a turn of the event loop or more, then end with a value. */
  works(opts: Abortable): Promise<unknown>;
  /** Wait likewise, then end with an error of its own. */
  fails?(opts: Abortable): Promise<unknown>;
  /** Wait until the abort. */
  waits(opts: Abortable): Promise<unknown>;
}

export const broken = new Error("broken");
export const breaks = () => turn().then(() => Promise.reject(broken));
export const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

export const operations: Record<string, Operation> = {
  sleep: {
    works: (opts) => sleep(0, opts),
    fails: (opts) => sleep(Number.NaN, opts),
    waits: (opts) => sleep(60_000, opts),
  },
  timeout: {
    works: (opts) => timeout(60_000, turn, opts),
    fails: (opts) => timeout(60_000, breaks, opts),
    waits: (opts) => timeout(60_000, forever, opts),
  },
  "timeout without a deadline": {
    works: (opts) => timeout(undefined, turn, opts),
    fails: (opts) => timeout(undefined, breaks, opts),
    waits: (opts) => timeout(undefined, forever, opts),
  },
  gather: {
    works: (opts) => gather([turn, turn], opts),
    fails: (opts) => gather([breaks, forever], opts),
    waits: (opts) => gather([forever, forever], opts),
  },
  "gather with settle": {
    works: (opts) => gather([turn, breaks], { ...opts, settle: true }),
    waits: (opts) => gather([forever, breaks], { ...opts, settle: true }),
  },
  taskGroup: {
    works: (opts) => taskGroup((group) => void group.spawn(turn), opts),
    fails: (opts) => taskGroup((group) => void group.spawn(breaks), opts),
    waits: (opts) => taskGroup((group) => void group.spawn(forever), opts),
  },
  "the body of taskGroup": {
    works: (opts) => taskGroup(turn, opts),
    fails: (opts) => taskGroup(breaks, opts),
    waits: (opts) => taskGroup(({ signal }) => forever(signal), opts),
  },
  race: {
    works: (opts) => race([forever, turn], opts),
    fails: (opts) => race([forever, breaks], opts),
    waits: (opts) => race([forever, forever], opts),
  },
  moveOnAfter: {
    works: (opts) => moveOnAfter(60_000, turn, opts),
    fails: (opts) => moveOnAfter(60_000, breaks, opts),
    waits: (opts) => moveOnAfter(60_000, forever, opts),
  },
  "Event.wait()": {
    works: (opts) => afterTurn(new Event(), (event) => event.set()).wait(opts),
    waits: (opts) => new Event().wait(opts),
  },
  every: {
    works: ({ signal = new AbortController().signal }) =>
      every(0, () => Promise.reject(broken), signal).catch(() => {}),
    fails: ({ signal = new AbortController().signal }) => every(0, breaks, signal),
    waits: ({ signal = new AbortController().signal }) => every(60_000, () => {}, signal),
  },
  "Semaphore.acquire()": {
    works: (opts) => afterTurn(new Semaphore(0, { max: 1 }), (semaphore) => semaphore.release()).acquire(opts),
    waits: (opts) => new Semaphore(0).acquire(opts),
  },
  "Semaphore.use()": {
    works: (opts) => new Semaphore(1).use(turn, opts),
    fails: (opts) => new Semaphore(1).use(breaks, opts),
    waits: (opts) => new Semaphore(0).use(turn, opts),
  },
  "Lock.acquire()": {
    works: (opts) => afterTurn(takenLock(), (lock) => lock.release()).acquire(opts),
    waits: (opts) => takenLock().acquire(opts),
  },
  "Lock.use()": {
    works: (opts) => new Lock().use(turn, opts),
    fails: (opts) => new Lock().use(breaks, opts),
    waits: (opts) => takenLock().use(turn, opts),
  },
  "Queue.put()": {
    works: (opts) => afterTurn(fullQueue(), (queue) => queue.getNowait()).put("item", opts),
    fails: (opts) => afterTurn(fullQueue(), (queue) => queue.shutdown()).put("item", opts),
    waits: (opts) => fullQueue().put("item", opts),
  },
  "Queue.get()": {
    works: (opts) => afterTurn(new Queue(), (queue) => queue.putNowait("item")).get(opts),
    fails: (opts) => afterTurn(new Queue(), (queue) => queue.shutdown()).get(opts),
    waits: (opts) => new Queue().get(opts),
  },
  "Queue.items()": {
    works: (opts) =>
      afterTurn(new Queue(), (queue) => queue.putNowait("item"))
        .items(opts)
        .next(),
    fails: (opts) =>
      afterTurn(new Queue(), (queue) => queue.putNowait(Promise.reject(broken)))
        .items(opts)
        .next(),
    waits: (opts) => new Queue().items(opts).next(),
  },
  "Queue.join()": {
    works: (opts) => afterTurn(fullQueue(), (queue) => queue.taskDone()).join(opts),
    waits: (opts) => fullQueue().join(opts),
  },
  mapConcurrent: {
    works: (opts) => mapConcurrent([1, 2, 3], turn, { ...opts, concurrency: 2 }),
    fails: (opts) => mapConcurrent([1, 2, 3], breaks, { ...opts, concurrency: 2 }),
    waits: (opts) => mapConcurrent([1, 2, 3], (_item, _i, signal) => forever(signal), { ...opts, concurrency: 2 }),
  },
  "mapConcurrent with settle": {
    works: (opts) => mapConcurrent([1, 2, 3], breaks, { ...opts, concurrency: 2, settle: true }),
    waits: (opts) =>
      mapConcurrent([1, 2, 3], (_item, _i, signal) => forever(signal), { ...opts, concurrency: 2, settle: true }),
  },
  streamConcurrent: streamOperation(true),
  "streamConcurrent unordered": streamOperation(false),
};

function streamOperation(ordered: boolean): Operation {
  const limits = { concurrency: 2, ordered };
  return {
    works: (opts) => drain(streamConcurrent([1, 2, 3], turn, { ...opts, ...limits })),
    fails: (opts) => drain(streamConcurrent([1, 2, 3], breaks, { ...opts, ...limits })),
    waits: (opts) => drain(streamConcurrent([1, 2, 3], (_item, _i, signal) => forever(signal), { ...opts, ...limits })),
  };
}

export async function drain(results: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of results);
}

function takenLock(): Lock {
  const lock = new Lock();
  lock.tryAcquire();
  return lock;
}

function fullQueue(): Queue<string> {
  const queue = new Queue<string>({ maxSize: 1 });
  queue.putNowait("first");
  return queue;
}

function afterTurn<T>(target: T, act: (target: T) => unknown): T {
  setImmediate(() => act(target));
  return target;
}
