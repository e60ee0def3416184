import { type Abortable, isCancelled, type Task } from "./cancellation.js";
import { Children, type TaskHandle } from "./children.js";
import { ExitError, Interrupted } from "./errors.js";

export interface TaskGroup {
  /** Aborts when a child or the body fails, on cancel(), and with the outer signal. */
  readonly signal: AbortSignal;
  /**
   * Start a child now, with a signal of its own. Nobody need await the handle: the group does, and it owns the error.
   * `name` (default: none) appears in the message of the group's error. Throws once the group is aborting or closed.
   */
  spawn<T>(fn: Task<T>, opts?: { name?: string }): TaskHandle<T>;
  /** Abort every child and the body without making it an error. Only the first call counts. */
  cancel(reason?: unknown): void;
}

/**
 * Structured concurrency (trio's nursery, asyncio.TaskGroup): children live no longer than the group. Resolves with the
 * body's value once the body and every child are done; with undefined if group.cancel() cut the body short. The first
 * failure aborts the others; they are awaited, and all real failures come out as one AggregateError in the order of
 * time, without the cancellations they caused. An ExitError or Interrupted thrown by the body leaves unwrapped, real
 * failures beside it as its cause.
 *
 * Cancellation: body and children are aborted and awaited, then `signal.reason` comes out, unless something failed
 * while it stopped. Already aborted: the body is never called.
 */
export async function taskGroup<T>(
  body: (group: TaskGroup) => T | PromiseLike<T>,
  { signal: outer }: Abortable = {},
): Promise<T> {
  outer?.throwIfAborted();
  const failures = new Map<unknown, string>(); // an error that comes again, through a handle, counts once
  const fail = (error: unknown, name = "unnamed") => {
    if (!failures.has(error)) failures.set(error, name);
    children.abort(error);
  };
  const children = new Children(outer, fail);
  const group: TaskGroup = {
    signal: children.signal,
    spawn: (fn, opts) => children.spawn(fn, opts),
    cancel: (reason) => children.abort(reason),
  };

  let value: T | undefined;
  let end: ExitError | Interrupted | undefined;
  try {
    value = await body(group);
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
  outer?.throwIfAborted();
  return value as T;
}

function aggregate(failures: ReadonlyMap<unknown, string>): AggregateError {
  const names = [...failures.values()].join(", ");
  return new AggregateError(failures.keys(), `${failures.size} failed in a task group: ${names}`);
}
