import { Deque } from "./deque.js";
import type { Job } from "./job.js";
import { PoolWorker } from "./pool-worker.js";
import { Waiters } from "./waiters.js";
import type { WorkerEvents, WorkerLink } from "./worker-protocol.js";

/** So many start-up failures in a row, and the jobs in line are told instead of trying again. */
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
  /** First come first served. An aborted job stays until its turn, but does not count. */
  readonly #line = new Deque<Job>();
  readonly #closers = new Waiters<void>();
  #queued = 0;
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
    this.#queued++;
    this.#dispatchSoon();
  }

  /** `job` was aborted: it must not start any more. If it has started, kill the worker for it, or `leave` it be. */
  abandon(job: Job, { leave = false } = {}): void {
    const { worker } = job;
    if (worker === undefined) this.#queued--;
    else if (!worker.revoke(job) && !leave) this.#requeue(worker.abandon(job));
    this.#dispatchSoon();
  }

  /** Accept nothing more; resolves when every job is settled and every worker gone. */
  close(): Promise<void> {
    this.#closed = true;
    this.#dispatchSoon();
    return this.#closers.park(undefined, undefined);
  }

  rejectQueued(makeError: () => Error): void {
    for (const worker of this.#workers) this.#requeue(worker.recall());
    for (const job of this.#take(this.#queued)) job.reject(makeError());
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
    if (this.#queued > 0) this.#handOut();
    const finished = this.#closed && this.#queued === 0;
    for (const worker of this.#workers) {
      if (finished && worker.jobs.length === 0) worker.stop();
      worker.hold(worker.jobs.length > 0 || (worker.state === "starting" && this.#queued > 0));
    }
    if (!finished || this.#workers.size > 0) return;
    for (let closer = this.#closers.next(); closer; closer = this.#closers.next()) closer.resolve();
  }

  /** What waits behind a slow job, or could start at once on an idle worker, goes back to the front of the line. */
  #recallUnstarted(): void {
    const wanted = this.#queued === 0 && [...this.#workers].some((worker) => worker.idle);
    for (const worker of this.#workers) {
      if (worker.jobs.length > 1 && (wanted || worker.stuck)) this.#requeue(worker.recall());
    }
  }

  /** To idle workers first, then to new ones; only when all that may be are at work, more than one to each. */
  #handOut(): void {
    const { maxWorkers } = this.#options;
    const workers = [...this.#workers];
    const complete = workers.length === maxWorkers && workers.every((worker) => worker.state === "ready");
    const share = complete ? Math.ceil(this.#queued / maxWorkers) : 1;
    for (const worker of workers) while (worker.idle && this.#queued > 0) this.#give(worker, share);
    if (complete) for (const worker of workers) this.#give(worker, share);
    const starting = workers.filter((worker) => worker.state === "starting").length;
    for (let missing = this.#queued - starting; missing > 0 && this.#workers.size < maxWorkers; missing--) this.#hire();
  }

  #give(worker: PoolWorker, share: number): void {
    const idle = worker.jobs.length === 0;
    // What has been moved cannot be taken back, so it is handed over when it can start, and not before.
    const fits = (job: Job, place: number) => job.moved === undefined || (idle && place === 0);
    const jobs = this.#take(Math.min(share, worker.room), fits);
    if (jobs.length > 0) worker.give(jobs);
  }

  /** The next `count` jobs in line, or as many as there are before one that does not fit. */
  #take(count: number, fits: (job: Job, place: number) => boolean = () => true): Job[] {
    const jobs: Job[] = [];
    while (jobs.length < count && this.#queued > 0) {
      const job = this.#line.shift();
      if (job.settled) continue;
      if (!fits(job, jobs.length)) {
        this.#line.unshift(job);
        break;
      }
      this.#queued--;
      jobs.push(job);
    }
    return jobs;
  }

  #requeue(jobs: readonly Job[]): void {
    for (const job of jobs.toReversed()) this.#line.unshift(job);
    this.#queued += jobs.length;
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
    this.#requeue(unstarted);
    if (failure) this.#countFailure(failure.error);
    this.#dispatchSoon();
  }

  #countFailure(error: unknown): void {
    if (++this.#failures >= mostFailures) this.rejectQueued(() => this.#options.startError(error));
    this.#dispatchSoon();
  }
}
