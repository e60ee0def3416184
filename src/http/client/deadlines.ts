import { onAbort } from "../../concurrency/index.js";

/** Something that has a deadline and can be told to stop. */
export interface Expirable {
  /** The deadline, on the clock of performance.now(). */
  readonly deadlineAt: number;
  /** Its index in the list of Deadlines, which alone reads and writes it. */
  index: number;
  /** Called once the deadline has passed, perhaps more than once. */
  expire(): void;
  /** Called when the signal aborts. */
  cancel(reason: unknown): void;
}

const bySignal = new WeakMap<AbortSignal, Deadlines>();

/** The Deadlines of `signal`. There is one per signal. */
export function deadlinesOf(signal: AbortSignal): Deadlines {
  const known = bySignal.get(signal);
  if (known) return known;
  const made = new Deadlines(signal);
  bySignal.set(signal, made);
  return made;
}

/**
 * Any number of deadlines under one signal, with one timer and one abort listener in all. There is neither while the
 * list is empty. A timer and a listener for each of ten thousand requests a second would take a quarter of their time.
 */
export class Deadlines {
  readonly #signal: AbortSignal;
  // No Set: its outgrown tables point to each other, so an old one keeps all later ones from the young collections.
  readonly #waiting: Expirable[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #removeListener = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Watch `added` until delete(). Throws `signal.reason` if the signal has aborted. */
  add(added: Expirable): void {
    const signal = this.#signal;
    signal.throwIfAborted();
    if (this.#waiting.length === 0) {
      this.#removeListener = onAbort(signal, () => {
        for (const each of [...this.#waiting]) each.cancel(signal.reason);
      });
    }
    added.index = this.#waiting.push(added) - 1;
    if (added.deadlineAt < this.#timerAt) this.#wakeAt(added.deadlineAt);
  }

  /** Forget `deleted`. Does nothing if it was never added. */
  delete(deleted: Expirable): void {
    if (this.#waiting[deleted.index] !== deleted) return;
    const last = this.#waiting.pop() as Expirable;
    if (last !== deleted) {
      this.#waiting[deleted.index] = last;
      last.index = deleted.index;
    }
    if (this.#waiting.length > 0) return;
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#removeListener();
  }

  #wakeAt(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, Math.ceil(at - performance.now())));
  }

  #expire(): void {
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const each of [...this.#waiting]) {
      if (each.deadlineAt <= now) each.expire();
      else next = Math.min(next, each.deadlineAt);
    }
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
  }
}
