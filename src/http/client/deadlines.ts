import { onAbort } from "../../concurrency/index.js";

/** Something that waits, and can be told to stop. */
export interface Watched {
  /** When it has to be done, on the clock of performance.now(). */
  readonly deadlineAt: number;
  /** Where the watch has it in its list; the watch's own affair. */
  slot: number;
  /** The deadline has passed. May be called while it is already stopping. */
  expire(): void;
  /** The signal has aborted. */
  cancel(reason: unknown): void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/** The watch over all that waits under `signal`: one timer and one abort listener, however many there are. */
export function watchOf(signal: AbortSignal): Watch {
  const known = watches.get(signal);
  if (known) return known;
  const made = new Watch(signal);
  watches.set(signal, made);
  return made;
}

/**
 * A timer and a listener for each of ten thousand requests a second would take a quarter of the time of these requests.
 * While nobody waits there is neither.
 */
export class Watch {
  readonly #signal: AbortSignal;
  // No Set: the tables a Set outgrows point to each other, and one that is old keeps all later ones from being young garbage.
  readonly #waiting: Watched[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #forget = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Watch over `waiting`, until delete(). Throws `signal.reason` if it has aborted. */
  add(waiting: Watched): void {
    const signal = this.#signal;
    signal.throwIfAborted();
    if (this.#waiting.length === 0) {
      this.#forget = onAbort(signal, () => {
        for (const each of [...this.#waiting]) each.cancel(signal.reason);
      });
    }
    waiting.slot = this.#waiting.push(waiting) - 1;
    if (waiting.deadlineAt < this.#timerAt) this.#wakeAt(waiting.deadlineAt);
  }

  delete(waiting: Watched): void {
    if (this.#waiting[waiting.slot] !== waiting) return; // never added
    const last = this.#waiting.pop() as Watched;
    if (last !== waiting) {
      this.#waiting[waiting.slot] = last;
      last.slot = waiting.slot;
    }
    if (this.#waiting.length > 0) return;
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#forget();
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
