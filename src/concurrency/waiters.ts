import { onAbort } from "./cancellation.js";

/** One parked caller. Settling it is up to whoever took it out of the line with Waiters.next(). */
export interface Waiter<T, P> {
  readonly payload: P;
  resolve(value: T | PromiseLike<T>): void;
  reject(reason: unknown): void;
}

interface Link<T, P> extends Waiter<T, P> {
  previous: Link<T, P> | undefined;
  next: Link<T, P> | undefined;
  forget: (() => void) | undefined;
}

/**
 * A line of callers that wait, first come first served; the one mechanism below Semaphore and Queue. A waiter leaves
 * the line in the very call that wakes or aborts it, so whichever comes first wins, and whoever is still in the line
 * can safely be given an item. Every step is O(1): a doubly linked list, so that an abort in the middle is too.
 */
export class Waiters<T, P = void> {
  #first: Link<T, P> | undefined;
  #last: Link<T, P> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Wait at the end of the line. An abort takes the waiter out of it and rejects with `signal.reason`. */
  park(payload: P, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const link: Link<T, P> = { payload, resolve, reject, previous: this.#last, next: undefined, forget: undefined };
      if (this.#last) this.#last.next = link;
      else this.#first = link;
      this.#last = link;
      this.#size++;
      if (signal) {
        link.forget = onAbort(signal, () => {
          this.#unlink(link);
          reject(signal.reason);
        });
      }
    });
  }

  /** Take the longest waiting caller out of the line. */
  next(): Waiter<T, P> | undefined {
    const link = this.#first;
    if (link === undefined) return undefined;
    this.#unlink(link);
    link.forget?.();
    return link;
  }

  /** Reject everyone in the line, each with an error of its own: a shared one would have someone else's stack. */
  rejectAll(makeError: () => unknown): void {
    for (let waiter = this.next(); waiter; waiter = this.next()) waiter.reject(makeError());
  }

  #unlink(link: Link<T, P>): void {
    if (link.previous) link.previous.next = link.next;
    else this.#first = link.next;
    if (link.next) link.next.previous = link.previous;
    else this.#last = link.previous;
    this.#size--;
  }
}
