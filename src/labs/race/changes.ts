import { counted, forks, type Kitchen, knives, mutex } from "./kitchen.js";
import { lock, unlock } from "./mutex.js";

/** Give the kitchen `pieces` knives and as many forks, or take them if negative. Each change counts itself. */
export type Change = (kitchen: Kitchen, pieces: number) => void;

const smallSteps = 50;
const hands = new Int32Array(1); // of this thread alone

/** The notes' `self.knives += knives`, its three steps written out. Each step is safe, the three together are not. */
export const change: Change = (kitchen, pieces) => {
  const hadKnives = Atomics.load(kitchen, knives); // 1. read
  const hadForks = Atomics.load(kitchen, forks);
  const hadCounted = Atomics.load(kitchen, counted);
  work(); // 2. work; another bot may come in between
  Atomics.store(kitchen, knives, hadKnives + pieces); // 3. write back
  Atomics.store(kitchen, forks, hadForks + pieces);
  Atomics.store(kitchen, counted, hadCounted + 1);
};

/** The same under the lock: the notes' `with self.lock`. */
export const changeUnderLock: Change = (kitchen, pieces) => {
  lock(kitchen, mutex);
  try {
    change(kitchen, pieces);
  } finally {
    unlock(kitchen, mutex);
  }
};

/** The same work, and then reading and writing as one step of the processor. */
export const changeAtomically: Change = (kitchen, pieces) => {
  work();
  Atomics.add(kitchen, knives, pieces);
  Atomics.add(kitchen, forks, pieces);
  Atomics.add(kitchen, counted, 1);
};

/** The compiler may leave out a loop that does nothing, but no atomic step. */
export function work(): void {
  for (let step = 0; step < smallSteps; step++) Atomics.add(hands, 0, 1);
}
