import { type AnyIterable, iteratorOf, type PromptIterable, type PromptIterator } from "../../concurrency/index.js";

const perTurn = 32;

/**
 * The items of `input`, of the first `count` at most 32 in a turn of the event loop. To open hundreds of connections takes a
 * while: so the first of them are in use before the last is begun, and not only after it.
 */
export class RampUp<T> implements PromptIterable<T>, PromptIterator<T> {
  readonly #input: Iterator<T> | PromptIterator<T>;
  readonly #count: number;
  #given = 0;

  constructor(input: AnyIterable<T>, count: number) {
    this.#input = iteratorOf(input) as Iterator<T> | PromptIterator<T>; // promised items are awaited by whoever takes them
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
