import type { MessagePort } from "node:worker_threads";
import type { Abortable } from "../cancellation.js";
import type { AnyIterable } from "../iterables.js";

/** A function that a worker module exports. It is called by name, since a closure cannot cross to another thread. */
export type Fn = (...args: never[]) => unknown;
/** The exported functions of the module type M. */
export type Callable<M extends object> = { [K in keyof M as M[K] extends Fn ? K : never]: Extract<M[K], Fn> };

/** A part of the arguments that can be moved to a thread instead of cloned. */
export type Movable = ArrayBuffer | MessagePort;

/**
 * Calls the functions of a module in workers, so that the event loop here stays free (concurrent.futures.Executor).
 * Such a call is a task. A worker runs one task at a time.
 */
export interface Executor<M extends object> extends AsyncDisposable {
  /**
   * Call the exported function `name` with `args` in a worker, and resolve with its result. Tasks start in the order of
   * submission. A thread with tasks of less than 1 ms gets up to 16 at a time, so threads may overtake each other by
   * so many. The arguments are cloned when the task is sent to a worker, not in this call.
   *
   * `transfer` (default: none) lists ArrayBuffers and MessagePorts of the arguments that are moved to a thread. They are
   * moved back if the result contains them. A process gets copies of ArrayBuffers, and no MessagePort.
   *
   * Rejects with
   * - the error that the function throws, with its class, message, stack, code, cause, errors and own fields;
   * - WorkerCrashed if the worker dies during the task;
   * - a DataCloneError if arguments or result cannot be cloned, or are nested more than 1,000 levels deep;
   * - TypeError if the module exports no function of that name;
   * - an Error if the pool is shut down, or if no worker can be started.
   *
   * Cancellation: rejects with `signal.reason` at once. A waiting task never runs. A running one is stopped by killing
   * its worker, the only way for synchronous code. A new worker replaces it.
   *
   * ```js
   * const source = "export const double = (n) => 2 * n; export const spin = () => { for (;;); }";
   * const pool = new ThreadPool(new URL(`data:text/javascript,${source}`));
   * console.log(await pool.submit("double", [21])); // 42
   * const endless = timeout(100, (signal) => pool.submit("spin", [], { signal }));
   * await endless.catch((error) => console.log(error.message)); // timed out after 100 ms
   * await pool.shutdown();
   * ```
   */
  submit<K extends keyof Callable<M>>(
    name: K,
    args: Parameters<Callable<M>[K]>,
    opts?: Abortable & { transfer?: readonly Movable[] },
  ): Promise<Awaited<ReturnType<Callable<M>[K]>>>;

  /**
   * Call `name` with each item, and yield the results in the order of the items. Tasks are submitted from this call on,
   * before the first next(). `buffer` is how many may be submitted ahead of the consumer; the next item is pulled when
   * next() has taken a result. Default: 4 for each of `maxWorkers`, at least 64. With Infinity, all items are submitted
   * without a consumer, and all results stay in memory until they are read.
   *
   * An error of a task is thrown in its place, and ends the stream. An error or a `break` cancels the tasks that wait;
   * those that run go on to their end, and their results are dropped.
   *
   * Cancellation: next() rejects with `signal.reason`, and tasks end as in submit().
   * Throws RangeError unless `buffer` is a positive whole number or Infinity.
   *
   * ```js
   * const pool = new ThreadPool(new URL("data:text/javascript,export const double = (n) => 2 * n"));
   * const doubled = [];
   * for await (const result of pool.map("double", [1, 2, 3])) doubled.push(result);
   * console.log(doubled); // [ 2, 4, 6 ]
   * await pool.shutdown();
   * ```
   */
  map<K extends keyof Callable<M>>(
    name: K,
    items: AnyIterable<Parameters<Callable<M>[K]>[0]>,
    opts?: Abortable & { buffer?: number },
  ): AsyncIterableIterator<Awaited<ReturnType<Callable<M>[K]>>>;

  /**
   * Refuse new tasks, finish the submitted ones, end the workers, and resolve once they are gone. A later, stricter
   * call still counts.
   *
   * - `wait: false` resolves at once; the rest happens in the background. Default: true.
   * - `cancelFutures: true` rejects the waiting tasks with an AbortError. Default: false.
   * - `force: true` rejects the running tasks too, and kills the workers now. Default: false.
   *
   * ```js
   * const pool = new ThreadPool(new URL("data:text/javascript,export const double = (n) => 2 * n"));
   * const result = pool.submit("double", [21]);
   * await pool.shutdown();
   * console.log(await result); // 42
   * const refused = pool.submit("double", [1]);
   * await refused.catch((error) => console.log(error.message)); // cannot submit "double": the pool is shut down
   * ```
   */
  shutdown(opts?: { wait?: boolean; cancelFutures?: boolean; force?: boolean }): Promise<void>;
}

export interface PoolOptions {
  /** The most workers (default: os.availableParallelism()). They start as tasks need them. */
  maxWorkers?: number;
  /**
   * The heap of each worker in MiB (default: V8's own limit). A task that needs more rejects with WorkerCrashed and
   * the reason "oom". For threads it is a net for slow growth: a large step may end the whole process.
   */
  maxHeapMiB?: number;
}
