import { Deque } from "./deque.js";

/** What is ready and waits to be taken, in one order or another. */
export interface Lineup<T> {
  readonly size: number;
  /** `index`: from 0, each once. */
  add(index: number, item: T): void;
  /** The next one; undefined if it is not there yet. */
  take(): T | undefined;
  /** All that is there, in this order, whatever is still missing between; it is there no more then. */
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

/** By their index: one that is early waits for all before it. */
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
