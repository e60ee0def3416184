import type { Abortable } from "./cancellation.js";
import { Deque } from "./deque.js";
import { QueueEmpty, QueueFull, QueueShutDown } from "./errors.js";
import { Waiters } from "./waiters.js";

const done = Promise.resolve();

/**
 * Hands items from producers to consumers, first in, first out (asyncio.Queue). With `maxSize`, put() waits while the
 * queue is full. That wait is the back-pressure that slows producers down to the pace of the consumers. Any value is an
 * item: null, 0, false and undefined too. shutdown() is the end.
 *
 * ```js
 * const queue = new Queue({ maxSize: 10 });
 * await queue.put("first");
 * await queue.put(null);
 * queue.shutdown();
 * for await (const item of queue) console.log(item); // first then null
 * ```
 */
export class Queue<T> implements AsyncIterable<T> {
  /** The most items that the queue holds. Infinity: unbounded. */
  readonly maxSize: number;
  readonly #items = new Deque<T>();
  readonly #getters = new Waiters<T>();
  readonly #putters = new Waiters<void, T>();
  readonly #joiners = new Waiters<void>();
  #unfinished = 0;
  #closed = false;

  /** `maxSize`: a whole number of items. 0, less, Infinity or none: unbounded. Throws RangeError for a fraction or NaN. */
  constructor({ maxSize = 0 }: { maxSize?: number } = {}) {
    if (!Number.isInteger(maxSize) && maxSize !== Number.POSITIVE_INFINITY)
      throw new RangeError(`maxSize must be a whole number, got ${String(maxSize)}`);
    this.maxSize = maxSize > 0 ? maxSize : Number.POSITIVE_INFINITY;
  }

  /** Items in the queue now, without those of waiting putters. */
  get size(): number {
    return this.#items.length;
  }

  get full(): boolean {
    return this.#items.length >= this.maxSize;
  }

  /** Items put, less calls of taskDone(). */
  get unfinished(): number {
    return this.#unfinished;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Add an item, waiting for room while the queue is full. Rejects with QueueShutDown once the queue is shut down.
   * Cancellation: rejects with `signal.reason`. The item never enters the queue.
   */
  put(item: T, { signal }: Abortable = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(shutDown());
    if (this.full) return this.#putters.park(item, signal);
    this.#add(item);
    return done;
  }

  /** Add an item at once. Throws QueueFull or QueueShutDown. */
  putNowait(item: T): void {
    if (this.#closed) throw shutDown();
    if (this.full) throw new QueueFull(`the queue is full: it holds ${this.size} items`);
    this.#add(item);
  }

  /**
   * Take the oldest item, waiting while the queue is empty. Rejects with QueueShutDown once it is shut down and drained.
   * Cancellation: rejects with `signal.reason`. No item is lost.
   */
  get({ signal }: Abortable = {}): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#items.length > 0) return Promise.resolve(this.#take());
    if (this.#closed) return Promise.reject(shutDown());
    return this.#getters.park(undefined, signal);
  }

  /** Take the oldest item at once. Throws QueueEmpty, or QueueShutDown once shut down and drained. */
  getNowait(): T {
    if (this.#items.length > 0) return this.#take();
    throw this.#closed ? shutDown() : new QueueEmpty("the queue is empty");
  }

  /** Tell join() that a taken item is done with. Throws RangeError if called more often than items were put. */
  taskDone(): void {
    if (this.#unfinished === 0) throw new RangeError("taskDone() was called more often than items were put");
    this.#finish(1);
  }

  /** Wait until taskDone() was called for every item. Cancellation: rejects with `signal.reason`. */
  join({ signal }: Abortable = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return this.#unfinished === 0 ? done : this.#joiners.park(undefined, signal);
  }

  /**
   * Refuse puts and let gets drain the queue. Waiting putters and getters reject with QueueShutDown. `immediate`
   * (default false) also drops the items and counts them as done. Idempotent; a later `immediate` still drops.
   */
  shutdown({ immediate = false }: { immediate?: boolean } = {}): void {
    this.#closed = true;
    this.#putters.rejectAll(shutDown);
    this.#getters.rejectAll(shutDown);
    if (!immediate || this.#items.length === 0) return;
    const dropped = this.#items.length;
    this.#items.clear();
    this.#finish(Math.min(dropped, this.#unfinished)); // taskDone() may have been called early
  }

  /**
   * Take items until the queue is shut down and drained. Several iterators share the items. A loop that is left keeps
   * the undelivered items in the queue.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    const leaving = new AbortController(); // ends the waiting get() when return() is called
    const ended = { done: true, value: undefined } as const;
    return {
      next: () =>
        this.get(leaving).then(
          (value) => ({ done: false, value }),
          () => ended, // shut down and drained, or the loop was left
        ),
      return: () => {
        leaving.abort();
        return Promise.resolve(ended);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #add(item: T): void {
    this.#unfinished++;
    const getter = this.#getters.next();
    if (getter) getter.resolve(item);
    else this.#items.push(item);
  }

  #take(): T {
    const item = this.#items.shift();
    const putter = this.#putters.next();
    if (putter) {
      this.#add(putter.payload);
      putter.resolve();
    }
    return item;
  }

  #finish(count: number): void {
    this.#unfinished -= count;
    if (this.#unfinished > 0) return;
    for (let joiner = this.#joiners.next(); joiner; joiner = this.#joiners.next()) joiner.resolve();
  }
}

function shutDown(): QueueShutDown {
  return new QueueShutDown("the queue is shut down");
}
