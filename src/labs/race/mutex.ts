const free = 0;
const held = 1;
const awaited = 2; // held, and perhaps somebody waits for it

/**
 * Wait until the mutex at `place` is free, and take it. A thread that waits sleeps, and uses no CPU. Not re-entrant.
 * From Ulrich Drepper's "Futexes Are Tricky".
 */
export function lock(memory: Int32Array, place: number): void {
  if (Atomics.compareExchange(memory, place, free, held) === free) return;
  while (Atomics.exchange(memory, place, awaited) !== free) Atomics.wait(memory, place, awaited);
}

/** Free the mutex, and wake one thread that waits for it. */
export function unlock(memory: Int32Array, place: number): void {
  if (Atomics.exchange(memory, place, free) === awaited) Atomics.notify(memory, place, 1);
}
