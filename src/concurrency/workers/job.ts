import { onAbort } from "../cancellation.js";

/** The worker that a job was given to. */
export interface JobHolder {
  /** True if `job` had not started, and is taken back. */
  revoke(job: Job): boolean;
  /** Stop working on `job`, which has started. Returns the jobs behind it, which are taken back. */
  abandon(job: Job): Job[];
}

/** One submitted task, from submit() until its promise is settled. */
export class Job {
  readonly name: string;
  readonly promise: Promise<unknown>;
  args: readonly unknown[];
  moved: readonly ArrayBuffer[] | undefined;
  /** Who has it, and its number among the tasks of that worker; no one while it is queued. */
  worker: JobHolder | undefined;
  id = 0;
  /** It was sent again, because the first worker died before it got there. */
  resent = false;
  #settled = false;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #forget: (() => void)[] = [];

  constructor(name: string, args: readonly unknown[], moved: readonly ArrayBuffer[] | undefined) {
    this.name = name;
    this.args = args;
    this.moved = moved;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Reject with the reason of `signal` when it aborts, then call `then`; forgotten once the job is settled. */
  rejectOn(signal: AbortSignal | undefined, then: () => void): void {
    if (signal === undefined) return;
    const cancel = () => {
      if (this.reject(signal.reason)) then();
    };
    this.#forget.push(onAbort(signal, cancel));
  }

  /** True if this is what settled it: the first one counts. */
  resolve(value: unknown): boolean {
    const first = this.#settle();
    if (first) this.#resolve(value);
    return first;
  }

  reject(error: unknown): boolean {
    const first = this.#settle();
    if (first) this.#reject(error);
    return first;
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.args = []; // an aborted job may stay in line for a while: do not keep its data alive
    this.moved = undefined;
    for (const forget of this.#forget) forget();
    this.#forget = [];
    return true;
  }
}
