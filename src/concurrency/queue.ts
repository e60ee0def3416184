import type { Abortable } from "./cancellation.js";
import { Deque, type Store } from "./deque.js";
import { QueueEmpty, QueueFull, QueueShutDown } from "./errors.js";
import { remember } from "./observing/named-queues.js";
import { loopOver } from "./queue-loop.js";
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
 * for await (const item of queue.items()) console.log(item); // first then null
 * ```
 */
export class Queue<T> implements AsyncIterable<T> {
  /** What a trace calls it. */
  readonly name: string;
  /** The most items that the queue holds. Infinity: unbounded. */
  readonly maxSize: number;
  readonly #items: Store<T>;
  readonly #getters: Waiters<T>;
  readonly #putters: Waiters<void, T>;
  readonly #joiners: Waiters<void>;
  /** The errors that say that this queue has ended: an item may be a promise that rejects with one of another queue. */
  readonly #ends = new WeakSet<object>();
  #unfinished = 0;
  #closed = false;

  /**
   * `maxSize`: a whole number of items. 0, less, Infinity or none: unbounded. Throws RangeError for a fraction or NaN,
   * and TypeError for options that are no object. `name` (default: "queue") says in a trace what is waited for.
   */
  constructor(opts: { maxSize?: number; name?: string } = {}) {
    if (Object(opts) !== opts) throw new TypeError(`expected options such as { maxSize: 5 }, got ${String(opts)}`);
    const { maxSize = 0, name = "queue" } = opts;
    if (!Number.isInteger(maxSize) && maxSize !== Number.POSITIVE_INFINITY)
      throw new RangeError(`maxSize must be a whole number, got ${String(maxSize)}`);
    this.maxSize = maxSize > 0 ? maxSize : Number.POSITIVE_INFINITY;
    this.name = name;
    this.#items = this.createStore(opts);
    this.#getters = new Waiters(`${name} get`);
    this.#putters = new Waiters(`${name} put`);
    this.#joiners = new Waiters(`${name} join`);
    if (opts.name !== undefined) remember(this);
  }

  /** Called once, by the constructor, with its options. A subclass gives another order. */
  protected createStore(_opts: object): Store<T> {
    return new Deque<T>();
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

  /** Callers that wait for an item, and callers that wait for room. */
  get waiting(): { getters: number; putters: number } {
    return { getters: this.#getters.size, putters: this.#putters.size };
  }

  /**
   * Add an item, waiting for room while the queue is full. Rejects with QueueShutDown once the queue is shut down.
   * Cancellation: rejects with `signal.reason`. The item never enters the queue.
   */
  put(item: T, { signal }: Abortable = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(this.#shutDown());
    if (this.full) return this.#putters.park(item, signal);
    this.#add(item);
    return done;
  }

  /** Add an item at once. Throws QueueFull or QueueShutDown. */
  putNowait(item: T): void {
    if (this.#closed) throw this.#shutDown();
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
    if (this.#closed) return Promise.reject(this.#shutDown());
    return this.#getters.park(undefined, signal);
  }

  /** Take the oldest item at once. Throws QueueEmpty, or QueueShutDown once shut down and drained. */
  getNowait(): T {
    if (this.#items.length > 0) return this.#take();
    throw this.#closed ? this.#shutDown() : new QueueEmpty("the queue is empty");
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
    this.#putters.rejectAll(this.#shutDown);
    this.#getters.rejectAll(this.#shutDown);
    if (!immediate || this.#items.length === 0) return;
    const dropped = this.#items.length;
    this.#items.clear();
    this.#finish(Math.min(dropped, this.#unfinished)); // taskDone() may have been called early
  }

  /**
   * A loop over the items, until the queue is shut down and drained. Several loops share the items. Leaving a loop keeps
   * the other items in the queue. An item that is a rejecting promise rejects in its place.
   *
   * Cancellation: the loop rejects with `signal.reason`, and no item is lost.
   */
  items(opts: Abortable = {}): AsyncIterableIterator<T, undefined> {
    return loopOver(this, (error) => this.#ends.has(error as object), opts);
  }

  /** items() without a signal: for loops that only shutdown() ends. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return this.items();
  }

  /** For a subclass: give back a taken item that nobody received. It goes to the next getter, or stays as the oldest. */
  protected giveBack(item: T): void {
    const getter = this.#getters.next();
    if (getter) getter.resolve(item);
    else if (this.#items.unshift) this.#items.unshift(item);
    else this.#items.push(item);
  }

  #add(item: T): void {
    const getter = this.#getters.next();
    if (getter) getter.resolve(item);
    else this.#items.push(item); // throws if an order cannot be found for it
    this.#unfinished++;
  }

  #take(): T {
    const item = this.#items.shift();
    while (!this.full) {
      const putter = this.#putters.next();
      if (putter === undefined) break;
      putter.resolve(new Promise((resolve) => resolve(this.#add(putter.payload)))); // if it is refused, the next one
    }
    return item;
  }

  #finish(count: number): void {
    this.#unfinished -= count;
    if (this.#unfinished > 0) return;
    for (let joiner = this.#joiners.next(); joiner; joiner = this.#joiners.next()) joiner.resolve();
  }

  readonly #shutDown = () => {
    const error = new QueueShutDown("the queue is shut down");
    this.#ends.add(error);
    return error;
  };
}
