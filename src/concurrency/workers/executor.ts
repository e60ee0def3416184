import type { Abortable } from "../cancellation.js";
import type { AnyIterable } from "../iterables.js";

/** A function that a worker module exports. It is called by name: a closure cannot cross to another thread. */
export type Fn = (...args: never[]) => unknown;
/** The functions among the exports of module M. */
export type Callable<M extends object> = { [K in keyof M as M[K] extends Fn ? K : never]: Extract<M[K], Fn> };

/** Runs the functions of a module elsewhere, so that the event loop here stays free (concurrent.futures.Executor). */
export interface Executor<M extends object> extends AsyncDisposable {
  /**
   * Call the exported function `name` with `args` in a worker, one task at a time in each. Tasks start first come first
   * served; threads that need less than 1 ms for a task are dealt several at a time, and may overtake each other by
   * that much. The arguments are cloned when a worker takes the task, not before. `transfer` (default: none) lists
   * ArrayBuffers among them to move instead: a thread takes them over, and what comes back of them in the result is
   * moved too; a process gets a copy.
   *
   * Rejects with what the function throws, as it was thrown (class, message, stack, code, cause, errors, own fields);
   * with WorkerCrashed if the worker died under it; with a DataCloneError if the arguments or the result cannot be
   * cloned or are nested more than 1,000 levels deep; with TypeError if the module exports no such function.
   * Cancellation: rejects with `signal.reason` at once. A task that waits for a worker never runs; one that runs is
   * stopped in the only way there is for synchronous code: its worker is killed, and replaced when it is gone.
   */
  submit<K extends keyof Callable<M>>(
    name: K,
    args: Parameters<Callable<M>[K]>,
    opts?: Abortable & { transfer?: readonly ArrayBuffer[] },
  ): Promise<Awaited<ReturnType<Callable<M>[K]>>>;

  /**
   * Call `name` with each item, starting now, whether or not anybody asks for results yet; they come in the order of
   * the input. `buffer` (default: Infinity) bounds how many tasks may be submitted ahead of the consumer. The error of
   * a task surfaces in its place and ends the stream. A `break` and an error cancel what has not started; what runs
   * goes on to its end in the pool, unheard.
   *
   * Cancellation: next() rejects with `signal.reason`; what waits and what runs ends as in submit().
   * Throws RangeError unless `buffer` is a positive whole number or Infinity.
   */
  map<K extends keyof Callable<M>>(
    name: K,
    items: AnyIterable<Parameters<Callable<M>[K]>[0]>,
    opts?: Abortable & { buffer?: number },
  ): AsyncIterableIterator<Awaited<ReturnType<Callable<M>[K]>>>;

  /**
   * Refuse new tasks, and resolve once every worker is gone. With `wait` (default true) that is after the running and
   * the queued tasks are done; without, it resolves at once and the rest happens in the background. `cancelFutures`
   * (default false) rejects the queued tasks with an AbortError; `force` (default false) also the running ones, and
   * kills the workers now. Idempotent; a later, stricter call still counts.
   */
  shutdown(opts?: { wait?: boolean; cancelFutures?: boolean; force?: boolean }): Promise<void>;
}

export interface PoolOptions {
  /** How many workers there may be (default: os.availableParallelism()). They start as tasks need them. */
  maxWorkers?: number;
  /** The heap of each worker in MiB; a task that outgrows it ends in WorkerCrashed with reason "oom" (default: V8's choice). */
  maxHeapMiB?: number;
}
