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
  /** `compare`: as for Array.sort(). `maxSize`: as for Queue. */
  constructor(opts: { maxSize?: number; compare: (a: T, b: T) => number }) {
    super(opts);
  }

  protected override createStore({ compare }: { compare?: (a: T, b: T) => number }): Store<T> {
    if (typeof compare !== "function") throw new TypeError(`compare must be a function, got ${String(compare)}`);
    return new Heap(compare);
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

  push(item: T): void {
    const entry = { item, arrival: this.#arrivals++ };
    let at = this.#entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#goesBefore(entry, this.#at(parent))) break;
      this.#entries[at] = this.#at(parent);
      at = parent;
    }
    this.#entries[at] = entry;
  }

  shift(): T {
    const first = this.#at(0);
    const last = this.#entries.pop() as Entry<T>;
    if (this.#entries.length > 0) this.#sink(last);
    return first.item;
  }

  clear(): void {
    this.#entries = [];
  }

  /** Put `entry` into the place of the first one, and down to where it belongs. */
  #sink(entry: Entry<T>): void {
    let at = 0;
    for (let child = 1; child < this.#entries.length; child = 2 * at + 1) {
      const right = child + 1;
      if (right < this.#entries.length && this.#goesBefore(this.#at(right), this.#at(child))) child = right;
      if (!this.#goesBefore(this.#at(child), entry)) break;
      this.#entries[at] = this.#at(child);
      at = child;
    }
    this.#entries[at] = entry;
  }

  #at(index: number): Entry<T> {
    return this.#entries[index] as Entry<T>;
  }

  #goesBefore(one: Entry<T>, other: Entry<T>): boolean {
    const order = this.#compare(one.item, other.item);
    return order < 0 || (!(order > 0) && one.arrival < other.arrival);
  }
}
