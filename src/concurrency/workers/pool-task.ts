import { onAbort } from "../cancellation.js";
import type { Described, Waiting } from "../observing/waiting.js";
import type { Movable } from "./executor.js";
import type { TaskMessage } from "./worker-protocol.js";

/** The worker that has a task, seen from the task. */
export interface TaskHolder {
  /** Such as "thread 1". */
  readonly name: string;
  /** Take `task` back if it has not started. Returns true if it has not, and now never will. */
  revoke(task: PoolTask): boolean;
  /** Stop the work on `task`, which has started. Returns the tasks behind it, which have not. */
  abandon(task: PoolTask): PoolTask[];
}

/** One call of submit(), until its promise is settled. */
export class PoolTask implements Described {
  readonly name: string;
  readonly promise: Promise<unknown>;
  /** Its neighbours in the task queue, while it waits there. */
  place: { previous: PoolTask | undefined; next: PoolTask | undefined } | undefined;
  /** Undefined while the task is in the queue. */
  holder: TaskHolder | undefined;
  /** Its number at the holder. */
  id = 0;
  /** True if it was the first task of a worker that died before it started. It is sent to one more worker. */
  resent = false;
  #args: readonly unknown[];
  #moved: readonly Movable[] | undefined;
  #settled = false;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #forget: (() => void)[] = [];

  constructor(name: string, args: readonly unknown[], moved: readonly Movable[] | undefined) {
    this.name = name;
    this.#args = args;
    this.#moved = moved;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** True if it moves buffers or ports, so that once sent it cannot be taken back. */
  get moves(): boolean {
    return this.#moved !== undefined;
  }

  describe(): Waiting {
    return { what: `${this.name}()`, state: this.holder ? `in ${this.holder.name}` : "waits for a free worker" };
  }

  toMessage(): TaskMessage {
    return this.#moved ? [this.id, this.name, this.#args, this.#moved] : [this.id, this.name, this.#args];
  }

  /** When `signal` aborts before the task is settled, reject with its reason and call `then`. */
  rejectOn(signal: AbortSignal | undefined, then: () => void): void {
    if (signal === undefined) return;
    const cancel = () => {
      if (this.reject(signal.reason)) then();
    };
    this.#forget.push(onAbort(signal, cancel, this));
  }

  /** Call `then` when the task is settled, in the turn of whoever settles it. */
  onceSettled(then: () => void): void {
    this.#forget.push(then);
  }

  /** Settle the task, unless it is settled. Returns true if this call did. */
  resolve(value: unknown): boolean {
    const first = this.#settle();
    if (first) this.#resolve(value);
    return first;
  }

  /** Settle the task, unless it is settled. Returns true if this call did. */
  reject(error: unknown): boolean {
    const first = this.#settle();
    if (first) this.#reject(error);
    return first;
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#args = []; // an aborted task stays at its worker until that is dead: free its data now
    this.#moved = undefined;
    for (const forget of this.#forget) forget();
    this.#forget = [];
    return true;
  }
}
