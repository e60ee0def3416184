import { startTimer } from "../timer.js";
import { BatchSize } from "./batch-size.js";
import { fits, nextId } from "./claims.js";
import { dataCloneError } from "./cloning.js";
import type { Job, JobHolder } from "./job.js";
import { deserializeError } from "./serialized-error.js";
import {
  type Report,
  type TaskMessage,
  type WorkerEnd,
  type WorkerEvents,
  type WorkerLink,
  workerCrashed,
} from "./worker-protocol.js";

/** What the pool hears of a worker. */
export interface PoolWorkerEvents {
  ready(): void;
  /** It finished a job. */
  finished(): void;
  /** It is no more. `unstarted` are the jobs it had not begun; `failure` is why it never became ready, if it never did. */
  gone(unstarted: readonly Job[], failure: { error: unknown } | undefined): void;
}

/** How many milliseconds an idle worker has to end by itself. */
const grace = 1000;

/** The pool's view of one worker: the jobs it has, in order, and what became of it. */
export class PoolWorker implements JobHolder {
  state: "starting" | "ready" | "leaving" = "starting";
  /** The first one runs, the others wait behind it. */
  readonly jobs: Job[] = [];
  readonly #events: PoolWorkerEvents;
  readonly #link: WorkerLink;
  readonly #batchSize = new BatchSize();
  #lastId = 0;
  #held = true;
  #failure: { error: unknown } | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(start: (events: WorkerEvents) => WorkerLink, events: PoolWorkerEvents) {
    this.#events = events;
    this.#link = start({ report: (report) => this.#hear(report), exit: (end) => this.#exited(end) });
  }

  get idle(): boolean {
    return this.state === "ready" && this.jobs.length === 0;
  }

  /** Are there jobs behind one that has been running for longer than it should? */
  get stuck(): boolean {
    return this.jobs.length > 1 && this.#batchSize.overdue;
  }

  /** How many more jobs it should have now. It is refilled when half of them are done, a batch being cheaper. */
  get room(): number {
    const [oldest] = this.jobs;
    if (this.state !== "ready") return 0;
    const limit = this.#link.claims ? this.#batchSize.limit : 1;
    if (oldest === undefined) return limit;
    const room = this.jobs.length * 2 > limit ? 0 : limit - this.jobs.length;
    return fits(this.#lastId + room, oldest.id) ? room : 0;
  }

  /** Hand over jobs. One that cannot be cloned is rejected, the others go on. */
  give(jobs: readonly Job[]): void {
    const before = this.#lastId;
    for (const job of jobs) {
      this.#lastId = job.id = nextId(this.#lastId);
      this.#link.claims?.offer(job.id);
    }
    try {
      this.#link.post(jobs.map(toMessage));
    } catch (error) {
      this.#lastId = before; // ids that were burnt would take places that room did not count
      if (jobs.length > 1) for (const job of jobs) this.give([job]);
      else jobs[0]?.reject(dataCloneError(error));
      return;
    }
    if (this.jobs.length === 0) this.#batchSize.taskStarts();
    for (const job of jobs) {
      job.worker = this;
      this.jobs.push(job);
    }
  }

  /**
   * Take back every job that has not started, and now never will here; from now on it gets one at a time again. A job
   * whose buffers were moved stays: they are gone from here.
   */
  recall(): Job[] {
    this.#batchSize.reset();
    return [...this.jobs].filter((job) => job.moved === undefined && this.revoke(job));
  }

  revoke(job: Job): boolean {
    if (!this.#link.claims?.revoke(job.id)) return false;
    this.jobs.splice(this.jobs.indexOf(job), 1);
    job.worker = undefined;
    return true;
  }

  /**
   * Stop working on `job`, which has started, and kill the worker for it; returns the jobs that waited behind it. If
   * one of those has started, then `job` is over, its report is on the way, and the worker lives.
   */
  abandon(job: Job): Job[] {
    const unstarted = this.recall();
    if (this.jobs.at(-1) === job) this.kill();
    return unstarted;
  }

  /** Keep this process alive for it, or not; a worker on its way out always does. */
  hold(pending: boolean): void {
    const hold = pending || this.state === "leaving";
    if (hold === this.#held) return;
    this.#held = hold;
    this.#link.hold(hold);
  }

  /** Let it end by itself, or see to it after a while. */
  stop(): void {
    if (this.state === "leaving") return;
    if (this.state === "ready") {
      this.#link.stop();
      this.#stopTimer = startTimer(grace, () => this.#link.kill());
    } else {
      this.#link.kill();
    }
    this.#leave();
  }

  kill(): void {
    this.#leave();
    this.#link.kill();
  }

  #leave(): void {
    this.state = "leaving";
    this.hold(true);
  }

  #hear(report: Report): void {
    const [type, content] = report;
    if (type === "value") this.#finish()?.resolve(content);
    else if (type === "error") this.#finish()?.reject(deserializeError(content));
    else if (type === "ready") {
      if (this.state !== "starting") return;
      this.state = "ready";
      this.#events.ready();
    } else {
      if (content) this.#failure = { error: deserializeError(content) };
      if (type === "failed") this.#link.kill();
    }
  }

  /** The running job is over. */
  #finish(): Job | undefined {
    this.#batchSize.taskEnds();
    this.#events.finished();
    return this.jobs.shift();
  }

  #exited(how: WorkerEnd): void {
    this.#stopTimer?.();
    const end = { ...how, cause: how.cause ?? this.#failure?.error };
    const unstarted = this.recall();
    if (how.undelivered) unstarted.push(...this.#takeUndelivered());
    for (const job of this.jobs) job.reject(workerCrashed(end, `ran "${job.name}"`));
    const failure = this.state === "starting" ? (this.#failure ?? { error: workerCrashed(end, "started") }) : undefined;
    this.state = "leaving";
    this.#events.gone(unstarted, failure);
  }

  /** What never arrived may start elsewhere; but only once, for it may be what kills the worker. */
  #takeUndelivered(): Job[] {
    const [job] = this.jobs;
    if (!job || job.settled || job.resent) return [];
    job.resent = true;
    job.worker = undefined;
    return this.jobs.splice(0, 1);
  }
}

function toMessage({ id, name, args, moved }: Job): TaskMessage {
  return moved ? [id, name, args, moved] : [id, name, args];
}
