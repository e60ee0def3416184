import { Waiters } from "../waiters.js";
import type { Job } from "./job.js";
import { JobLine } from "./job-line.js";
import { PoolWorker } from "./pool-worker.js";
import type { WorkerEvents, WorkerLink } from "./worker-protocol.js";

/**
 * After so many start-up failures in a row the pool makes do with the workers it has; if it has none, the jobs in line
 * are told instead of trying again.
 */
const mostFailures = 5;

const settled = Promise.resolve();

export interface SchedulerOptions {
  maxWorkers: number;
  start(events: WorkerEvents): WorkerLink;
  /** Make the error for a job that finds no worker because none can be started. */
  startError(cause: unknown): Error;
}

/** Decides which job goes to which worker, and when workers come and go; the one core of both pools. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #workers = new Set<PoolWorker>();
  readonly #line = new JobLine();
  readonly #closers = new Waiters<void>();
  #failures = 0;
  #due = false;
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  enqueue(job: Job): void {
    this.#line.push(job);
    this.#dispatchSoon();
  }

  /** `job` was aborted: it must not start any more. If it has started, kill the worker for it, or `leave` it be. */
  abandon(job: Job, { leave = false } = {}): void {
    const { worker } = job;
    if (worker === undefined) this.#line.leave();
    else if (!worker.revoke(job) && !leave) this.#line.putBack(worker.abandon(job));
    this.#dispatchSoon();
  }

  /** Accept nothing more; resolves when every job is settled and every worker gone. */
  close(): Promise<void> {
    this.#closed = true;
    this.#dispatchSoon();
    return this.#closers.park(undefined, undefined);
  }

  rejectQueued(makeError: () => Error): void {
    for (const worker of this.#workers) this.#line.putBack(worker.recall());
    for (const job of this.#line.take(this.#line.length)) job.reject(makeError());
  }

  /** Kill every worker, whatever it does. */
  rejectRunning(makeError: () => Error): void {
    for (const worker of this.#workers) {
      for (const job of worker.jobs) job.reject(makeError());
      worker.kill();
    }
  }

  /**
   * When all that is ready to run has run: whoever awaits a result often has the next task ready, and tasks that come
   * together can be handed over together.
   */
  #dispatchSoon(): void {
    if (this.#due) return;
    this.#due = true;
    void settled.then(() => process.nextTick(this.#dispatchNow));
  }

  readonly #dispatchNow = () => {
    this.#due = false;
    this.#dispatch();
  };

  #dispatch(): void {
    this.#recallUnstarted();
    if (this.#line.length > 0) this.#handOut();
    else if (this.#somebodyWorks()) this.#failures = 0; // the next rush may try again
    const finished = this.#closed && this.#line.length === 0;
    for (const worker of this.#workers) {
      if (finished && worker.jobs.length === 0) worker.stop();
      worker.hold(worker.jobs.length > 0 || (worker.state === "starting" && this.#line.length > 0));
    }
    if (!finished || this.#workers.size > 0) return;
    for (let closer = this.#closers.next(); closer; closer = this.#closers.next()) closer.resolve();
  }

  /** What waits behind a slow job, or could start at once on an idle worker, goes back to the front of the line. */
  #recallUnstarted(): void {
    const wanted = this.#line.length === 0 && [...this.#workers].some((worker) => worker.idle);
    for (const worker of this.#workers) {
      if (worker.jobs.length > 1 && (wanted || worker.stuck)) this.#line.putBack(worker.recall());
    }
  }

  /** To idle workers first, then to new ones; only when all that may be are at work, more than one to each. */
  #handOut(): void {
    const { maxWorkers } = this.#options;
    const workers = [...this.#workers];
    const complete = workers.length === maxWorkers && workers.every((worker) => worker.state === "ready");
    const share = complete ? Math.ceil(this.#line.length / maxWorkers) : 1;
    for (const worker of workers) while (worker.idle && this.#line.length > 0) this.#give(worker, share);
    if (complete) for (const worker of workers) this.#give(worker, share);
    if (this.#failures >= mostFailures && this.#somebodyWorks()) return;
    const starting = workers.filter((worker) => worker.state === "starting").length;
    for (let missing = this.#line.length - starting; missing > 0 && this.#workers.size < maxWorkers; missing--)
      this.#hire();
  }

  #give(worker: PoolWorker, share: number): void {
    const idle = worker.jobs.length === 0;
    // What has been moved cannot be taken back, so it is handed over when it can start, and not before.
    const fits = (job: Job, place: number) => job.moved === undefined || (idle && place === 0);
    const jobs = this.#line.take(Math.min(share, worker.room), fits);
    if (jobs.length > 0) worker.give(jobs);
  }

  #hire(): void {
    try {
      const worker: PoolWorker = new PoolWorker(this.#options.start, {
        ready: () => {
          this.#failures = 0;
          this.#dispatchSoon();
        },
        finished: () => this.#dispatchSoon(),
        gone: (unstarted, failure) => this.#dismiss(worker, unstarted, failure),
      });
      this.#workers.add(worker);
    } catch (error) {
      this.#countFailure(error); // not even allowed to try
    }
  }

  #dismiss(worker: PoolWorker, unstarted: readonly Job[], failure: { error: unknown } | undefined): void {
    this.#workers.delete(worker);
    this.#line.putBack(unstarted);
    if (failure) this.#countFailure(failure.error);
    this.#dispatchSoon();
  }

  #somebodyWorks(): boolean {
    for (const worker of this.#workers) if (worker.state === "ready") return true;
    return false;
  }

  #countFailure(error: unknown): void {
    this.#failures++;
    if (this.#failures >= mostFailures && !this.#somebodyWorks())
      this.rejectQueued(() => this.#options.startError(error));
    this.#dispatchSoon();
  }
}
