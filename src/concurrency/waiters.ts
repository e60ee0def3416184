import { onAbort } from "./cancellation.js";
import { observer } from "./observing/observer.js";
import type { Described, Waiting } from "./observing/waiting.js";

/** One parked caller. The code that takes it out with Waiters.next() settles it. */
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
 * A line of callers that wait, first come, first served: the mechanism below Semaphore and Queue. A waiter leaves the
 * line in the very call that wakes or aborts it. So a waiter in the line can safely be given an item. Every step is
 * O(1), an abort in the middle too: the line is a doubly linked list.
 */
export class Waiters<T, P = void> implements Described {
  readonly #on: string;
  readonly #owner: { readonly heldBy?: AbortSignal | undefined };
  #first: Link<T, P> | undefined;
  #last: Link<T, P> | undefined;
  #size = 0;

  /** `on` names the thing that they wait for, such as "jobs get". `owner` knows its holder, if it has one. */
  constructor(on: string, owner: { readonly heldBy?: AbortSignal | undefined } = {}) {
    this.#on = on;
    this.#owner = owner;
  }

  describe(): Waiting {
    return { what: this.#on, isInner: true, heldBy: this.#owner.heldBy };
  }

  get size(): number {
    return this.#size;
  }

  /** Wait at the end of the line. An abort takes the waiter out and rejects with `signal.reason`. */
  park(payload: P, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const link: Link<T, P> = { payload, resolve, reject, previous: this.#last, next: undefined, forget: undefined };
      if (observer) tellOf(link, observer.wait(this.#on, signal));
      if (signal) {
        // Before the link is in the line: it throws if `signal` is no signal.
        const leave = () => {
          this.#unlink(link);
          link.reject(signal.reason);
        };
        link.forget = onAbort(signal, leave, this);
      }
      if (this.#last) this.#last.next = link;
      else this.#first = link;
      this.#last = link;
      this.#size++;
    });
  }

  /** Take the longest waiter out of the line. */
  next(): Waiter<T, P> | undefined {
    const link = this.#first;
    if (link === undefined) return undefined;
    this.#unlink(link);
    link.forget?.();
    return link;
  }

  /** Reject every waiter, each with its own error: a shared one would have the wrong stack. */
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

/** Call `woken` in the turn in which the waiter is woken or aborted. */
function tellOf<T, P>(link: Link<T, P>, woken: () => void): void {
  const { resolve, reject } = link;
  link.resolve = (value) => {
    woken();
    resolve(value);
  };
  link.reject = (reason) => {
    woken();
    reject(reason);
  };
}
