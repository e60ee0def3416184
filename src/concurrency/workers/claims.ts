const places = 64;
const highestId = 2 ** 30;

/**
 * Decides which side has a task that waits at a thread. The thread claims it to start it, or the pool revokes it, and
 * the first of the two wins. So the pool can send tasks early and still take them back.
 *
 * The memory is shared by both sides. A place holds the id of a waiting task, and changes only while it still does.
 */
export class Claims {
  readonly #places: Int32Array;

  constructor(shared = new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT)) {
    this.#places = new Int32Array(shared);
  }

  get shared(): SharedArrayBuffer {
    return this.#places.buffer as SharedArrayBuffer;
  }

  /** The pool is about to send this task. */
  offer(id: number): void {
    Atomics.store(this.#places, id % places, id);
  }

  /** For the worker: true if it may start this task. */
  claim(id: number): boolean {
    return Atomics.compareExchange(this.#places, id % places, id, -id) === id;
  }

  /** For the pool: true if this task has not started, and never will. */
  revoke(id: number): boolean {
    return Atomics.compareExchange(this.#places, id % places, id, 0) === id;
  }
}

export function nextId(id: number): number {
  return (id % highestId) + 1;
}

/** True if `id` has a place of its own, while the task `oldest` and all after it have theirs. */
export function fits(id: number, oldest: number): boolean {
  return (id - oldest + highestId) % highestId < places;
}
