import { type Abortable, type Task, throwIfAborted } from "./cancellation.js";
import { Children, type TaskHandle } from "./children.js";

type Tasks = readonly Task<unknown>[];
type Values<T extends Tasks> = { -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> };
type Outcomes<T extends Tasks> = { -readonly [K in keyof T]: PromiseSettledResult<Awaited<ReturnType<T[K]>>> };

/**
 * Start all tasks at once and resolve with their results, in the order of the input (asyncio.gather). The first failure
 * aborts the other tasks, waits for them, and is the error of the call. Later failures are dropped. With `settle`
 * (default false) nothing is aborted: each task's result or error is reported in its place.
 *
 * Cancellation: every task is aborted and awaited. Then the call rejects with `signal.reason`, with `settle` too.
 *
 * ```js
 * const later = (ms, value) => (signal) => sleep(ms, { signal }).then(() => value);
 * console.log(await gather([later(20, "slow"), later(10, "quick")])); // [ 'slow', 'quick' ]
 * ```
 */
export function gather<const T extends Tasks>(tasks: T, opts?: Abortable & { settle?: false }): Promise<Values<T>>;
export function gather<const T extends Tasks>(tasks: T, opts: Abortable & { settle: true }): Promise<Outcomes<T>>;
export async function gather(tasks: Tasks, { settle = false, signal }: Abortable & { settle?: boolean } = {}) {
  throwIfAborted(signal);
  const failures: unknown[] = [];
  const children = new Children("gather", signal, (error) => {
    if (settle || children.signal.aborted) return; // the first failure or abort counts
    failures.push(error);
    children.abort(error);
  });
  const handles: TaskHandle<unknown>[] = [];
  for (const task of tasks) {
    if (children.signal.aborted) break; // a task failed before its first await, or aborted the signal
    handles.push(children.spawn(task));
  }
  await children.close();

  if (failures.length > 0) throw failures[0];
  const isWhole = children.allFulfilled && handles.length === tasks.length; // results that came before the abort
  if (!isWhole) children.signal.throwIfAborted();
  return settle ? Promise.allSettled(handles) : Promise.all(handles);
}
