import { type AnyIterable, iteratorOf, type PromptIterable, type PromptIterator } from "../../concurrency/index.js";

const perTurn = 32;

/**
 * The items of `input`, the first `count` of them at most 32 in a turn of the event loop. Hundreds of connections take a
 * while to open: this way the first are in use before the last is started.
 */
export class RampUp<T> implements PromptIterable<T>, PromptIterator<T> {
  readonly #input: Iterator<T> | PromptIterator<T>;
  readonly #count: number;
  #given = 0;

  constructor(input: AnyIterable<T>, count: number) {
    this.#input = iteratorOf(input) as Iterator<T> | PromptIterator<T>; // the consumer awaits items that are promises
    this.#count = count;
  }

  next(): IteratorResult<T> | Promise<IteratorResult<T>> {
    if (this.#given === this.#count) return this.#input.next();
    this.#given++;
    if (this.#given % perTurn > 0) return this.#input.next();
    return new Promise((resolve) => setImmediate(resolve)).then(() => this.#input.next());
  }

  async return(): Promise<IteratorResult<T>> {
    await this.#input.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
