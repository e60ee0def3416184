import { Waiters } from "../waiters.js";
import type { PoolTask } from "./pool-task.js";
import { PoolWorker } from "./pool-worker.js";
import { TaskQueue } from "./task-queue.js";
import type { WorkerChannel, WorkerEvents } from "./worker-protocol.js";

/**
 * After this many failed starts in a row, the pool starts no more workers while it has one. Without any, the queued
 * tasks are rejected.
 */
const mostFailures = 5;

const resolved = Promise.resolve();

export interface SchedulerOptions {
  maxWorkers: number;
  start(events: WorkerEvents): WorkerChannel;
  /** Make the error for a task that gets no worker because none can be started. */
  startError(cause: unknown): Error;
}

/** Decides which worker gets which task, and when workers start and stop. The core of both pools. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #workers = new Set<PoolWorker>();
  readonly #queue = new TaskQueue();
  readonly #closers = new Waiters<void>("pool shutdown");
  #failures = 0;
  #dispatchDue = false;
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get stats(): { workers: number; running: number; queued: number } {
    const held = [...this.#workers].map(({ tasks }) => tasks.size);
    const running = held.filter((size) => size > 0).length; // a worker runs the first of its tasks
    const all = held.reduce((sum, size) => sum + size, this.#queue.length);
    return { workers: held.length, running, queued: all - running };
  }

  enqueue(task: PoolTask): void {
    this.#queue.push(task);
    this.#dispatchSoon();
  }

  /** `task` was aborted. It will not start any more; if it has, its worker is killed, or may finish it. */
  abandon(task: PoolTask, { letFinish = false } = {}): void {
    const { holder } = task;
    if (holder === undefined) this.#queue.remove(task);
    else if (!holder.revoke(task) && !letFinish) this.#queue.putBack(holder.abandon(task));
    this.#dispatchSoon();
  }

  /** Accept no more tasks. Resolves when every task is settled and every worker is gone. */
  close(): Promise<void> {
    this.#closed = true;
    this.#dispatchSoon();
    return this.#closers.park(undefined, undefined);
  }

  rejectQueued(makeError: () => Error): void {
    for (const worker of this.#workers) this.#queue.putBack(worker.tasks.recall());
    for (const task of this.#queue.take(this.#queue.length)) task.reject(makeError());
  }

  /** Reject every task that a worker holds, and kill all workers. */
  rejectRunning(makeError: () => Error): void {
    for (const worker of this.#workers) {
      worker.tasks.rejectAll(makeError);
      worker.kill();
    }
  }

  /**
   * Dispatch once all callbacks that are ready have run. The caller that awaits a result often has its next task ready
   * by then, and tasks that are submitted together are sent together.
   */
  #dispatchSoon(): void {
    if (this.#dispatchDue) return;
    this.#dispatchDue = true;
    void resolved.then(() => process.nextTick(this.#dispatchNow));
  }

  readonly #dispatchNow = () => {
    this.#dispatchDue = false;
    this.#dispatch();
  };

  #dispatch(): void {
    this.#recallUnstarted();
    if (this.#queue.length > 0) this.#sendQueued();
    else if (this.#hasReadyWorker()) this.#failures = 0; // the next tasks may try to start workers again
    const finished = this.#closed && this.#queue.length === 0;
    for (const worker of this.#workers) {
      if (finished && worker.tasks.size === 0) worker.stop();
      worker.keepAlive(worker.tasks.size > 0 || (worker.state === "starting" && this.#queue.length > 0));
    }
    if (!finished || this.#workers.size > 0) return;
    for (let closer = this.#closers.next(); closer; closer = this.#closers.next()) closer.resolve();
  }

  /** Put tasks back at the front of the queue that wait behind a slow one, or that an idle worker could start now. */
  #recallUnstarted(): void {
    const wanted = this.#queue.length === 0 && [...this.#workers].some((worker) => worker.idle);
    for (const { tasks } of this.#workers) {
      if (tasks.size > 1 && (wanted || tasks.stuck)) this.#queue.putBack(tasks.recall());
    }
  }

  /** Send to idle workers first, then to new ones. Once all workers are ready, send each several tasks. */
  #sendQueued(): void {
    const { maxWorkers } = this.#options;
    const workers = [...this.#workers];
    const complete = workers.length === maxWorkers && workers.every((worker) => worker.state === "ready");
    const share = complete ? Math.ceil(this.#queue.length / maxWorkers) : 1;
    for (const worker of workers) while (worker.idle && this.#queue.length > 0) this.#send(worker, share);
    if (complete) for (const worker of workers) this.#send(worker, share);
    if (this.#failures >= mostFailures && this.#hasReadyWorker()) return;
    const starting = workers.filter((worker) => worker.state === "starting").length;
    for (let missing = this.#queue.length - starting; missing > 0 && this.#workers.size < maxWorkers; missing--)
      this.#startWorker();
  }

  #send(worker: PoolWorker, share: number): void {
    const { idle } = worker;
    // Moved buffers and ports cannot be taken back, so their task is sent only when it can start at once.
    const fits = (task: PoolTask, place: number) => !task.moves || (idle && place === 0);
    const tasks = this.#queue.take(Math.min(share, worker.room), fits);
    if (tasks.length > 0) worker.tasks.send(tasks);
  }

  #startWorker(): void {
    try {
      const worker: PoolWorker = new PoolWorker(this.#options.start, {
        ready: () => {
          this.#failures = 0;
          this.#dispatchSoon();
        },
        taskEnded: () => this.#dispatchSoon(),
        gone: (unstarted, failure) => this.#remove(worker, unstarted, failure),
      });
      this.#workers.add(worker);
    } catch (error) {
      this.#countFailure(error); // the system refused to start it
    }
  }

  #remove(worker: PoolWorker, unstarted: readonly PoolTask[], failure: { error: unknown } | undefined): void {
    this.#workers.delete(worker);
    this.#queue.putBack(unstarted);
    if (failure) this.#countFailure(failure.error);
    this.#dispatchSoon();
  }

  #hasReadyWorker(): boolean {
    for (const worker of this.#workers) if (worker.state === "ready") return true;
    return false;
  }

  #countFailure(error: unknown): void {
    this.#failures++;
    if (this.#failures >= mostFailures && !this.#hasReadyWorker())
      this.rejectQueued(() => this.#options.startError(error));
    this.#dispatchSoon();
  }
}
