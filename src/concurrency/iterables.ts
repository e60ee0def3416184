/** Anything that can be iterated, now or later; items may be promises. */
export type AnyIterable<T> = Iterable<T | PromiseLike<T>> | AsyncIterable<T> | PromptIterable<T>;
/** An AsyncIterable that gives without a promise what it has at hand; `for await` takes either. */
export interface PromptIterable<T> {
  [Symbol.asyncIterator](): PromptIterator<T>;
}
export interface PromptIterator<T> {
  next(): IteratorResult<T> | Promise<IteratorResult<T>>;
  return?(): Promise<IteratorResult<T>>;
}

/** The iterator of `items`, the one for later if there are both. */
export function iteratorOf<T>(items: AnyIterable<T>): Iterator<T | PromiseLike<T>> | PromptIterator<T> {
  const later = (items as Partial<PromptIterable<T>>)[Symbol.asyncIterator]; // no `in`: a string is iterable, too
  return later ? later.call(items) : (items as Iterable<T | PromiseLike<T>>)[Symbol.iterator]();
}

export function isThenable<T, R>(value: T | PromiseLike<R>): value is PromiseLike<R> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
