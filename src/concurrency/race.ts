import { type Abortable, type Task, throwIfAborted } from "./cancellation.js";
import { Children } from "./children.js";
import { isThenable } from "./iterables.js";

/**
 * Start all tasks at once. The first to settle decides: its value resolves the call, its error rejects it. The others are
 * aborted and awaited (asyncio.wait with FIRST_COMPLETED). Their values and errors are dropped: an item that a losing
 * get() has taken is lost.
 *
 * Cancellation: every task is aborted and awaited. Then the call rejects with `signal.reason`, unless a value came first.
 * Rejects with RangeError for an empty list, which would never settle.
 *
 * ```js
 * const later = (ms, value) => (signal) => sleep(ms, { signal }).then(() => value);
 * console.log(await race([later(1000, "slow"), later(10, "quick")])); // quick
 * ```
 */
export async function race<T>(tasks: readonly Task<T>[], { signal }: Abortable = {}): Promise<T> {
  if (tasks.length === 0) throw new RangeError("race() needs at least one task");
  throwIfAborted(signal);
  let first: { value: T } | { error: unknown } | undefined;
  const end = (outcome: { value: T } | { error: unknown }) => {
    first ??= outcome;
    children.abort(new DOMException("another task was first", "AbortError"));
  };
  const children = new Children("race", signal, (error) => {
    if (!children.signal.aborted) end({ error }); // what fails as it is stopped does not count
  });
  for (const task of tasks) {
    if (children.signal.aborted) break; // a task threw before its first await, or aborted the signal
    children.spawn((own) => {
      const result = task(own);
      return isThenable<T, T>(result) ? result.then((value) => end({ value })) : end({ value: result });
    });
  }
  await children.close();
  if (first === undefined) throw children.signal.reason;
  if ("error" in first) throw first.error;
  return first.value;
}
