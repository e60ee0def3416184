/** Any iterable, synchronous or asynchronous. Items may be promises. */
export type AnyIterable<T> = Iterable<T | PromiseLike<T>> | AsyncIterable<T> | PromptIterable<T>;
/** An AsyncIterable that returns the items it has at hand without a promise. `for await` takes both forms. */
export interface PromptIterable<T> {
  [Symbol.asyncIterator](): PromptIterator<T>;
}
export interface PromptIterator<T> {
  next(): IteratorResult<T> | Promise<IteratorResult<T>>;
  return?(): Promise<IteratorResult<T>>;
}

/**
 * The iterator of `items`: the asynchronous one if there are both.
 *
 * ```js
 * console.log(iteratorOf(["a", "b"]).next().value); // a
 * ```
 */
export function iteratorOf<T>(items: AnyIterable<T>): Iterator<T | PromiseLike<T>> | PromptIterator<T> {
  const later = (items as Partial<PromptIterable<T>>)[Symbol.asyncIterator]; // `in` would throw for a string, which is iterable too
  return later ? later.call(items) : (items as Iterable<T | PromiseLike<T>>)[Symbol.iterator]();
}

export function isThenable<T, R>(value: T | PromiseLike<R>): value is PromiseLike<R> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
