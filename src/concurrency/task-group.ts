import { type Abortable, isCancelled, type Task, throwIfAborted } from "./cancellation.js";
import { Children, type RunningTask, type TaskHandle } from "./children.js";
import { ExitError, Interrupted } from "./errors.js";
import { isThenable } from "./iterables.js";

export interface TaskGroup {
  /** Aborts when a child or the body fails, after cancel(), and with the outer signal. */
  readonly signal: AbortSignal;
  /**
   * Start a child now, with its own signal. The group awaits it and answers for its error; the handle may be ignored.
   * `name` (default: none) appears in the message of the group's error. Throws once the group is aborting or closed.
   */
  spawn<T>(fn: Task<T>, opts?: { name?: string }): TaskHandle<T>;
  /** The children that run now, in the order of their start (asyncio.all_tasks). */
  readonly tasks: readonly RunningTask[];
  /** Abort every child and the body. This is no error. Only the first call counts. */
  cancel(reason?: unknown): void;
}

/**
 * Structured concurrency (asyncio.TaskGroup, trio's nursery): children live no longer than the group. Resolves with the
 * body's value once body and children are done, or with undefined if group.cancel() cut the body short. The first failure
 * aborts the others and waits for them. All failures reject as one AggregateError, in the order of time, without the
 * cancellations they caused. An ExitError or Interrupted of the body stays unwrapped, with other failures as its cause.
 *
 * Cancellation: body and children are aborted and awaited. The group rejects with `signal.reason`, or with failures met
 * on the way. If all end with a value nevertheless, it resolves.
 *
 * ```js
 * const sum = await taskGroup(async (group) => {
 *   const two = group.spawn(async () => 2);
 *   const three = group.spawn((own) => sleep(10, { signal: own }).then(() => 3));
 *   return (await two) + (await three);
 * });
 * console.log(sum); // 5
 * ```
 */
export async function taskGroup<T>(
  body: (group: TaskGroup) => T | PromiseLike<T>,
  { signal: outer }: Abortable = {},
): Promise<T> {
  throwIfAborted(outer);
  const failures = new Map<unknown, string>(); // an error that comes again through a handle counts once
  const fail = (error: unknown, name = "unnamed") => {
    if (!failures.has(error)) failures.set(error, name);
    children.abort(error);
  };
  const children = new Children("task group", outer, fail);
  const group: TaskGroup = {
    signal: children.signal,
    get tasks() {
      return children.running;
    },
    spawn: (fn, opts) => children.spawn(fn, opts),
    cancel: (reason) => children.abort(reason),
  };

  let value: T | undefined;
  let end: ExitError | Interrupted | undefined;
  let endedLate = false; // with a value, though after an abort
  try {
    const returned = body(group);
    value = isThenable<T, T>(returned) ? await returned : returned;
    endedLate = children.signal.aborted;
  } catch (error) {
    if (!isCancelled(error, children.signal)) {
      if (error instanceof ExitError || error instanceof Interrupted) end = error;
      fail(error, "the body");
    }
  }
  await children.close();

  if (end) {
    failures.delete(end);
    if (failures.size > 0) end.cause ??= aggregate(failures);
    throw end;
  }
  if (failures.size > 0) throw aggregate(failures);
  // A value that came in the tick of the abort, such as an item of a queue, would be lost.
  const isWhole = !children.signal.aborted || (endedLate && children.allFulfilled);
  if (!isWhole) throwIfAborted(outer);
  return value as T;
}

function aggregate(failures: ReadonlyMap<unknown, string>): AggregateError {
  const names = [...failures.values()].join(", ");
  return new AggregateError(failures.keys(), `${failures.size} failed in a task group: ${names}`);
}
