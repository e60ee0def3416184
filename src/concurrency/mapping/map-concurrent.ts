import { type Abortable, createController, isCancelled, onAbort, throwIfAborted } from "../cancellation.js";
import { type AnyIterable, isThenable } from "../iterables.js";
import { checkCount, type Mapper, Pump } from "./pump.js";

interface MapOptions extends Abortable {
  concurrency: number;
}

/**
 * Map every item with at most `concurrency` mappers in flight, and resolve with the results in the order of the input.
 * Items are pulled one by one, as slots become free. The first failure stops the pulling, aborts the mappers in flight,
 * waits for them, and is the error of the call. With `settle` (default false) nothing stops: each item's result or error
 * is reported in its place.
 *
 * Cancellation: as after a failure, with `signal.reason`. An input that waits for its next item is told to stop, but not
 * awaited. Rejects with RangeError unless `concurrency` is a positive whole number or Infinity.
 *
 * ```js
 * console.log(await mapConcurrent([1, 2, 3], async (n) => n * n, { concurrency: 2 })); // [ 1, 4, 9 ]
 * ```
 */
export function mapConcurrent<A, B>(
  items: AnyIterable<A>,
  fn: Mapper<A, B>,
  opts: MapOptions & { settle?: false },
): Promise<B[]>;
export function mapConcurrent<A, B>(
  items: AnyIterable<A>,
  fn: Mapper<A, B>,
  opts: MapOptions & { settle: true },
): Promise<PromiseSettledResult<B>[]>;
export async function mapConcurrent<A, B>(
  items: AnyIterable<A>,
  fn: Mapper<A, B>,
  { concurrency, settle = false, signal: outer }: MapOptions & { settle?: boolean },
): Promise<(B | PromiseSettledResult<B>)[]> {
  checkCount("concurrency", concurrency);
  throwIfAborted(outer);

  const own = createController();
  const results: (B | PromiseSettledResult<B>)[] = [];
  const failures: unknown[] = []; // apart from the abort reason: abort(undefined) makes one up
  const stop = (error: unknown) => {
    failures.push(error);
    own.abort(error);
    pump.stop();
  };
  const pump = new Pump<A>(items, {
    concurrency,
    name: fn.name || "map",
    signal: own.signal,
    async work(item, index) {
      try {
        const value = await fn(isThenable(item) ? await item : item, index, own.signal);
        results[index] = settle ? { status: "fulfilled", value } : value;
      } catch (reason) {
        if (settle) results[index] = { status: "rejected", reason };
        else if (!isCancelled(reason, own.signal)) stop(reason);
      }
      pump.settled();
    },
    onInputError: stop,
  });

  const forget = outer && onAbort(outer, () => stop(outer.reason), pump);
  pump.advance();
  await pump.finished;
  forget?.();
  if (failures.length > 0) {
    await pump.closeInput().catch(() => {}); // the first failure counts
    throw failures[0];
  }
  return results;
}
