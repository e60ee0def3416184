import { Deque } from "../deque.js";

/** Items that are ready and wait to be taken, in one order or another. */
export interface Lineup<T> {
  readonly size: number;
  /** `index` counts from 0; each comes once. */
  add(index: number, item: T): void;
  /** The next item, or undefined if it is not there yet. */
  take(): T | undefined;
  /** Remove and return all items, in this order. Missing ones between them are skipped. */
  takeAll(): T[];
}

/** In the order in which they were added. */
export class AsFinished<T> implements Lineup<T> {
  readonly #items = new Deque<T>();

  get size(): number {
    return this.#items.length;
  }

  add(_index: number, item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    return this.#items.length > 0 ? this.#items.shift() : undefined;
  }

  takeAll(): T[] {
    return Array.from({ length: this.#items.length }, () => this.#items.shift());
  }
}

/** In the order of their index: an early item waits for all before it. */
export class InOrder<T> implements Lineup<T> {
  readonly #items = new Map<number, T>();
  #next = 0;

  get size(): number {
    return this.#items.size;
  }

  add(index: number, item: T): void {
    this.#items.set(index, item);
  }

  take(): T | undefined {
    const item = this.#items.get(this.#next);
    if (item !== undefined) this.#items.delete(this.#next++);
    return item;
  }

  takeAll(): T[] {
    const items = [...this.#items].sort(([a], [b]) => a - b).map(([, item]) => item);
    this.#items.clear();
    return items;
  }
}
