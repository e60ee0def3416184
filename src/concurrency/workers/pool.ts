import { availableParallelism } from "node:os";
import type { Abortable } from "../cancellation.js";
import type { AnyIterable } from "../iterables.js";
import { checkCount } from "../mapping/pump.js";
import { OpenStream } from "../mapping/result-stream.js";
import { observer } from "../observing/observer.js";
import type { Callable, Executor, Movable, PoolOptions } from "./executor.js";
import { PoolTask } from "./pool-task.js";
import { Scheduler } from "./scheduler.js";
import type { StartWorker } from "./worker-protocol.js";

/** The common part of ThreadPool and ProcessPool, which differ only in how a worker starts. */
export class Pool<M extends object> implements Executor<M> {
  readonly #scheduler: Scheduler;
  readonly #mapBuffer: number;

  constructor(module: URL, opts: PoolOptions, start: StartWorker) {
    const { maxWorkers = availableParallelism(), maxHeapMiB } = opts;
    if (!(module instanceof URL)) throw new TypeError(`module must be a URL, got ${String(module)}`);
    checkWhole("maxWorkers", maxWorkers);
    if (maxHeapMiB !== undefined) checkWhole("maxHeapMiB", maxHeapMiB);
    this.#mapBuffer = Math.max(64, 4 * maxWorkers);
    this.#scheduler = new Scheduler({
      maxWorkers,
      start: (events) => start(module.href, opts, events),
      startError(cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const error = new Error(`cannot start a worker with ${module.href}: ${why}`, { cause });
        return Object.assign(error, { code: "ERR_WORKER_START" });
      },
    });
  }

  /** Live workers, tasks that run, and tasks that wait for their start. */
  get stats(): { workers: number; running: number; queued: number } {
    return this.#scheduler.stats;
  }

  submit<K extends keyof Callable<M>>(
    name: K,
    args: Parameters<Callable<M>[K]>,
    { signal, transfer }: Abortable & { transfer?: readonly Movable[] } = {},
  ): Promise<Awaited<ReturnType<Callable<M>[K]>>> {
    return this.#submit(String(name), args, transfer, signal) as ReturnType<typeof this.submit<K>>;
  }

  map<K extends keyof Callable<M>>(
    name: K,
    items: AnyIterable<Parameters<Callable<M>[K]>[0]>,
    { signal, buffer = this.#mapBuffer }: Abortable & { buffer?: number } = {},
  ): AsyncIterableIterator<Awaited<ReturnType<Callable<M>[K]>>> {
    checkCount("buffer", buffer); // the stream would call it concurrency
    const submit = (item: unknown, _index: number, closing: AbortSignal) =>
      this.#submit(String(name), [item], undefined, signal, closing);
    const results = new OpenStream(items, submit, { concurrency: buffer, buffer, signal });
    results.start();
    return results as ReturnType<typeof this.map<K>>;
  }

  async shutdown({ wait = true, cancelFutures = false, force = false } = {}): Promise<void> {
    const gone = this.#scheduler.close();
    const shutDown = () => new DOMException("the pool was shut down", "AbortError");
    if (cancelFutures || force) this.#scheduler.rejectQueued(shutDown);
    if (force) this.#scheduler.rejectRunning(shutDown);
    if (wait) await gone;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** An abort of `signal` always ends the task. An abort of `unwanted` ends it only if it has not started. */
  #submit(
    name: string,
    args: readonly unknown[],
    transfer: readonly Movable[] | undefined,
    signal: AbortSignal | undefined,
    unwanted?: AbortSignal,
  ): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#scheduler.closed) return Promise.reject(new Error(`cannot submit "${name}": the pool is shut down`));
    const task = new PoolTask(name, args, transfer);
    if (observer) task.onceSettled(observer.wait(`${name}() in a worker`, signal));
    task.rejectOn(signal, () => this.#scheduler.abandon(task));
    task.rejectOn(unwanted, () => this.#scheduler.abandon(task, { letFinish: !signal?.aborted }));
    this.#scheduler.enqueue(task);
    return task.promise;
  }
}

function checkWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new RangeError(`${name} must be a positive whole number, got ${String(value)}`);
}
