import type { AnyIterable } from "../iterables.js";
import type { Mapper } from "./pump.js";
import { OpenStream, type StreamOptions } from "./result-stream.js";

/** The results of streamConcurrent(), one by one. */
export interface ResultStream<B> extends AsyncIterableIterator<B> {
  /** After the end: results that were ready but not read, in the order of the stream. Each is returned once. */
  undelivered(): B[];
  return(): Promise<IteratorResult<B>>;
}

/**
 * Map items as a stream, with at most `concurrency` mappers in flight. `buffer` (default: `concurrency`) bounds the
 * results that are ready or running ahead of the consumer: a slow consumer slows the input down. Results come in the
 * order of the input, or as they finish with `ordered: false`. Work starts with the first next().
 *
 * A failing item or input stops the pulling. Its error comes in its place, once the mappers in flight are aborted and
 * awaited. A `break` does the same without an error. Cancellation: the same, and next() rejects with `signal.reason`.
 * Throws RangeError unless `concurrency` and `buffer` are positive whole numbers or Infinity.
 *
 * ```js
 * const words = streamConcurrent(["a", "b"], async (word) => word.toUpperCase(), { concurrency: 2 });
 * for await (const word of words) console.log(word); // A then B
 * ```
 */
export function streamConcurrent<A, B>(items: AnyIterable<A>, fn: Mapper<A, B>, opts: StreamOptions): ResultStream<B> {
  return new OpenStream(items, fn, opts);
}
