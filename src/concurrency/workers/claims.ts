const places = 64;
const highestId = 2 ** 30;

/**
 * Says of each task handed to a thread whether it has started, in memory that both sides see: the pool may hand over
 * tasks before their turn and still take one back, and whoever comes first, the thread that starts it or the pool that
 * revokes it, wins. A place holds the id of a task that waits, and is only ever taken over by that very id.
 */
export class Claims {
  readonly #places: Int32Array;

  constructor(shared = new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT)) {
    this.#places = new Int32Array(shared);
  }

  get shared(): SharedArrayBuffer {
    return this.#places.buffer as SharedArrayBuffer;
  }

  offer(id: number): void {
    Atomics.store(this.#places, id % places, id);
  }

  /** For the worker: may this task start? */
  start(id: number): boolean {
    return Atomics.compareExchange(this.#places, id % places, id, -id) === id;
  }

  /** For the pool: true if the task has not started, and now never will. */
  revoke(id: number): boolean {
    return Atomics.compareExchange(this.#places, id % places, id, 0) === id;
  }
}

export function nextId(id: number): number {
  return (id % highestId) + 1;
}

/** Is there a place for `id` while `oldest` is still under way? */
export function fits(id: number, oldest: number): boolean {
  return (id - oldest + highestId) % highestId < places;
}
