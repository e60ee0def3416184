import type { AnyIterable } from "./iterables.js";
import type { Mapper } from "./pump.js";
import { OpenStream, type StreamOptions } from "./result-stream.js";

/** What streamConcurrent() returns. */
export interface ResultStream<B> extends AsyncIterableIterator<B> {
  /** After the end: the results nobody had asked for, in the order in which they would have come. Each comes once. */
  undelivered(): B[];
  return(): Promise<IteratorResult<B>>;
}

/**
 * Map items as a stream: at most `concurrency` mappers in flight, results handed out as the consumer asks for them.
 * `buffer` (default: `concurrency`) bounds how many results may be ready or running ahead of the consumer; at the bound
 * nothing more is pulled, so a slow consumer slows the input down. Results come in the order of the input, or as they
 * finish with `ordered: false` (default true), where one slow item holds up nobody. Work starts with the first next().
 *
 * A failing item, or input, stops the pulling; its error comes out in its place, after the results before it, once what
 * is still in flight has been aborted and awaited. A `break` does the same without an error.
 *
 * Cancellation: nothing new starts, what runs is aborted and awaited, next() rejects with `signal.reason`. What was
 * pulled and not delivered by then, or by a `break`, is dropped. An input that still waits for its next item is told to
 * stop, but not awaited: an async generator answers only after that item.
 * Throws RangeError unless `concurrency` and `buffer` are positive whole numbers or Infinity.
 */
export function streamConcurrent<A, B>(items: AnyIterable<A>, fn: Mapper<A, B>, opts: StreamOptions): ResultStream<B> {
  return new OpenStream(items, fn, opts);
}
