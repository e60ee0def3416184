import type { Abortable } from "./cancellation.js";
import type { Store } from "./deque.js";
import { Queue } from "./queue.js";

/**
 * A Queue that gives the smallest item first, by `compare` (asyncio.PriorityQueue). Equal items come in the order of their
 * arrival. Putters that wait for room keep their order. Throws TypeError unless `compare` is a function.
 *
 * ```js
 * const queue = new PriorityQueue({ compare: (a, b) => a - b });
 * for (const n of [3, 1, 2]) queue.putNowait(n);
 * console.log(await queue.get(), await queue.get()); // 1 2
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** `compare`: as for Array.sort(). `maxSize` and `name`: as for Queue. */
  constructor(opts: { maxSize?: number; name?: string; compare: (a: T, b: T) => number }) {
    super(opts);
  }

  /** Rejects with the error of a `compare` that throws; then the item is not in the queue. */
  override put(item: T, opts?: Abortable): Promise<void> {
    return attempt(() => super.put(item, opts));
  }

  override get(opts?: Abortable): Promise<T> {
    return attempt(() => super.get(opts));
  }

  protected override createStore({ compare }: { compare?: (a: T, b: T) => number }): Store<T> {
    if (typeof compare !== "function") throw new TypeError(`compare must be a function, got ${String(compare)}`);
    return new Heap(compare);
  }
}

function attempt<R>(call: () => Promise<R>): Promise<R> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}

interface Entry<T> {
  readonly item: T;
  /** Counts arrivals: between equals, the first one goes first. */
  readonly arrival: number;
}

/** A binary heap: push and shift take a logarithmic number of comparisons. */
class Heap<T> implements Store<T> {
  readonly #compare: (a: T, b: T) => number;
  #entries: Entry<T>[] = [];
  #arrivals = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** A `compare` that throws leaves the heap as it was. */
  push(item: T): void {
    const entry = { item, arrival: this.#arrivals++ };
    const path = [this.#entries.length];
    for (let at = this.#entries.length; at > 0; ) {
      at = (at - 1) >> 1;
      if (!this.#goesBefore(entry, this.#at(at))) break;
      path.push(at);
    }
    this.#shiftAlong(path, entry);
  }

  /** A `compare` that throws leaves the heap as it was. */
  shift(): T {
    const first = this.#at(0);
    const last = this.#at(this.#entries.length - 1);
    const path = this.#pathDown(last);
    this.#entries.pop();
    if (this.#entries.length > 0) this.#shiftAlong(path, last);
    return first.item;
  }

  clear(): void {
    this.#entries = [];
  }

  /** Where `entry`, the last one, belongs if the first one is taken: the places from the top down to its own. */
  #pathDown(entry: Entry<T>): number[] {
    const length = this.#entries.length - 1;
    const path = [0];
    for (let child = 1; child < length; child = 2 * child + 1) {
      const right = child + 1;
      if (right < length && this.#goesBefore(this.#at(right), this.#at(child))) child = right;
      if (!this.#goesBefore(this.#at(child), entry)) break;
      path.push(child);
    }
    return path;
  }

  /** Move each entry of the path, but the first, to the place before it, and put `entry` into the last one. */
  #shiftAlong(path: readonly number[], entry: Entry<T>): void {
    for (let step = 1; step < path.length; step++) this.#entries[path[step - 1] ?? 0] = this.#at(path[step] ?? 0);
    this.#entries[path.at(-1) ?? 0] = entry;
  }

  #at(index: number): Entry<T> {
    return this.#entries[index] as Entry<T>;
  }

  #goesBefore(one: Entry<T>, other: Entry<T>): boolean {
    const order = this.#compare(one.item, other.item);
    return order < 0 || (!(order > 0) && one.arrival < other.arrival);
  }
}
