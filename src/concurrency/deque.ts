const smallest = 16; // capacities are powers of two
const keptWhenEmpty = 1024;

/** Where a queue keeps its items, in the order in which they come out. */
export interface Store<T> {
  readonly length: number;
  push(item: T): void;
  /** Put a removed item back, to be the next one. A store without this has an order of its own, and takes a push. */
  unshift?(item: T): void;
  /** Remove the next item; only if `length` is above 0. */
  shift(): T;
  clear(): void;
}

/** A double-ended queue in a ring that doubles when it is full. Push and shift cost the same at any length. */
export class Deque<T> implements Store<T> {
  #ring: (T | undefined)[] = new Array(smallest);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#resize(this.#length * 2);
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item; // the length is a power of two
    this.#length++;
  }

  /** Put an item back at the front. */
  unshift(item: T): void {
    if (this.#length === this.#ring.length) this.#resize(this.#length * 2);
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#length++;
  }

  /** Take the oldest item; only if `length` is above 0. */
  shift(): T {
    const item = this.#ring[this.#head] as T;
    this.#ring[this.#head] = undefined; // or the ring keeps a taken item alive
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#ring.length > keptWhenEmpty) this.clear(); // after a burst, give its memory back
    return item;
  }

  clear(): void {
    this.#ring = new Array(smallest);
    this.#head = 0;
    this.#length = 0;
  }

  #resize(capacity: number): void {
    const ring = new Array<T | undefined>(capacity);
    for (let i = 0; i < this.#length; i++) ring[i] = this.#ring[(this.#head + i) & (this.#ring.length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
