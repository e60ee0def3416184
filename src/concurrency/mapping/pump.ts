import { type AnyIterable, isThenable, iteratorOf, type PromptIterator } from "../iterables.js";
import { type Observer, observer } from "../observing/observer.js";
import type { Described, Waiting } from "../observing/waiting.js";

/** Maps one item. `signal` aborts when the whole call does. */
export type Mapper<A, B> = (item: A, index: number, signal: AbortSignal) => B | PromiseLike<B>;

export interface PumpOptions<A> {
  /** Items in work at a time. */
  concurrency: number;
  /** What the work is called, in a trace. */
  name: string;
  /** Aborts the work. */
  signal: AbortSignal;
  /** Work on one item; never rejects. The owner calls settled() once it is done or has failed. */
  work(item: A | PromiseLike<A>, index: number): Promise<void>;
  /** Asked before each pull: is there room for one more item? Default: yes. */
  hasRoom?(): boolean;
  /** The input failed in place of item `index`. Nothing more is pulled. */
  onInputError(error: unknown, index: number): void;
}

/**
 * Keeps up to `concurrency` items in work and pulls them one by one, as slots become free: the engine below
 * mapConcurrent and streamConcurrent. It never pulls ahead, so memory depends on `concurrency` and not on the input.
 */
export class Pump<A> implements Described {
  /** Resolves once nothing is in work and nothing more will be. */
  readonly finished: Promise<void>;
  readonly #options: PumpOptions<A>;
  readonly #input: Iterator<A | PromiseLike<A>> | PromptIterator<A>;
  #index = 0;
  #inFlight = 0;
  #advancing = false;
  #pulling = false;
  #inputEnded = false;
  #stopped = false;
  #finish = () => {};

  constructor(items: AnyIterable<A>, options: PumpOptions<A>) {
    this.#options = options;
    this.#input = iteratorOf(items);
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  describe(): Waiting {
    const { name, concurrency, signal } = this.#options;
    return { what: `map ${name}`, state: `${this.#inFlight} of ${concurrency} in flight`, inside: signal };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get idle(): boolean {
    return this.#inFlight === 0 && (this.#stopped || this.#inputEnded);
  }

  /** Pull items while there is room. The owner calls it to begin, and each time it has made room. */
  advance(): void {
    if (this.#advancing) return; // the loop below goes on; a call for each item would nest
    this.#advancing = true;
    const { concurrency, hasRoom } = this.#options;
    while (!this.#stopped && !this.#inputEnded && !this.#pulling && this.#inFlight < concurrency) {
      if (hasRoom && !hasRoom()) break;
      this.#pull();
    }
    this.#advancing = false;
    if (this.idle) this.#finish();
  }

  /** One item is done: there is room for the next. */
  settled(): void {
    this.#inFlight--;
    this.advance();
  }

  /**
   * Pull nothing more. Items in work go on to their end. An input that waits for its next item is told at once, so that
   * a queue keeps the item. It is not awaited: an async generator answers only after that item.
   */
  stop(): void {
    this.#stopped = true;
    if (this.#pulling) this.closeInput().catch(() => {});
    if (this.idle) this.#finish();
  }

  /** Let the input clean up after itself, unless it has ended. Rejects with the error of its return(). */
  async closeInput(): Promise<void> {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    await this.#input.return?.();
  }

  #pull(): void {
    try {
      const step = this.#input.next();
      if (isThenable(step)) this.#await(step);
      else if (!this.#stopped) this.#take(step); // the input itself may have stopped us
    } catch (error) {
      this.#inputFailed(error);
    }
  }

  #await(step: PromiseLike<IteratorResult<A>>): void {
    this.#pulling = true;
    const arrived = (handle: () => void) => {
      this.#pulling = false;
      if (this.#stopped) return;
      try {
        handle();
      } catch (error) {
        this.#inputFailed(error); // the input resolved with something that is no iterator result
      }
      this.advance();
    };
    step.then(
      (result) => arrived(() => this.#take(result)),
      (error) => arrived(() => this.#inputFailed(error)),
    );
  }

  #take(step: IteratorResult<A | PromiseLike<A>>): void {
    if (typeof step !== "object" || step === null) throw new TypeError(`iterator result ${String(step)} is no object`);
    if (step.done) this.#inputEnded = true;
    else {
      this.#inFlight++;
      if (observer) this.#workObserved(step.value, this.#index++, observer);
      else void this.#options.work(step.value, this.#index++);
    }
  }

  #workObserved(item: A | PromiseLike<A>, index: number, observer: Observer): void {
    const { name, signal, work } = this.#options;
    void observer.task(`${name}[${index}]`, signal, () => work(item, index));
  }

  #inputFailed(error: unknown): void {
    this.#inputEnded = true;
    this.#options.onInputError(error, this.#index);
  }
}

/** Throw RangeError unless `value` is a positive whole number, or Infinity. */
export function checkCount(name: string, value: number): void {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value > 0)) return;
  throw new RangeError(`${name} must be a positive whole number or Infinity, got ${String(value)}`);
}
