import { BatchSize } from "./batch-size.js";
import { fits, nextId } from "./claims.js";
import { dataCloneError } from "./cloning.js";
import type { PoolTask, TaskHolder } from "./pool-task.js";
import type { WorkerChannel } from "./worker-protocol.js";

/** The tasks that one worker holds, in their order. The first one runs, and the others wait behind it. */
export class HeldTasks {
  readonly #tasks: PoolTask[] = [];
  readonly #holder: TaskHolder;
  readonly #channel: WorkerChannel;
  readonly #batchSize = new BatchSize();
  #lastId = 0;

  constructor(holder: TaskHolder, channel: WorkerChannel) {
    this.#holder = holder;
    this.#channel = channel;
  }

  get size(): number {
    return this.#tasks.length;
  }

  get last(): PoolTask | undefined {
    return this.#tasks.at(-1);
  }

  /** True if tasks wait behind one that is not quick. */
  get stuck(): boolean {
    return this.#tasks.length > 1 && this.#batchSize.overdue;
  }

  /**
   * How many more tasks the worker should get now. It is refilled once half of its tasks are done, since a batch is
   * cheaper than single tasks.
   */
  get room(): number {
    const [oldest] = this.#tasks;
    const limit = this.#channel.claims ? this.#batchSize.limit : 1;
    if (oldest === undefined) return limit;
    const room = this.#tasks.length * 2 > limit ? 0 : limit - this.#tasks.length;
    return fits(this.#lastId + room, oldest.id) ? room : 0;
  }

  /** Send tasks to the worker. A task that cannot be cloned is rejected, and the others are sent. */
  send(tasks: readonly PoolTask[]): void {
    const before = this.#lastId;
    for (const task of tasks) {
      this.#lastId = task.id = nextId(this.#lastId);
      this.#channel.claims?.offer(task.id);
    }
    try {
      this.#channel.send(tasks.map((task) => task.toMessage()));
    } catch (error) {
      this.#lastId = before; // a skipped id would take a place that room does not count
      if (tasks.length > 1) for (const task of tasks) this.send([task]);
      else tasks[0]?.reject(dataCloneError(error));
      return;
    }
    if (this.#tasks.length === 0) this.#batchSize.taskStarts();
    for (const task of tasks) {
      task.holder = this.#holder;
      this.#tasks.push(task);
    }
  }

  /**
   * Take back every task that has not started, and start over with a batch of one. A task that moves buffers or ports
   * stays, for they have left this thread.
   */
  recall(): PoolTask[] {
    this.#batchSize.reset();
    return [...this.#tasks].filter((task) => !task.moves && this.revoke(task));
  }

  /** Take `task` back if it has not started. Returns true if it has not, and now never will. */
  revoke(task: PoolTask): boolean {
    if (!this.#channel.claims?.revoke(task.id)) return false;
    this.#tasks.splice(this.#tasks.indexOf(task), 1);
    task.holder = undefined;
    return true;
  }

  /** Remove the first task: it has ended, and the next one starts. */
  shift(): PoolTask | undefined {
    this.#batchSize.taskEnds();
    return this.#tasks.shift();
  }

  /**
   * The worker is dead: take back every task that cannot have started. `undelivered`: the first one never reached it. The
   * first one gets a second try and no third, for it may be killing the workers: a thread dies of arguments that it has no
   * memory for.
   */
  rescue({ undelivered }: { undelivered: boolean }): PoolTask[] {
    const [first] = this.#tasks;
    const unstarted = undelivered && !first?.settled ? this.#tasks.splice(0, 1) : this.recall();
    if (first === undefined || unstarted[0] !== first) return unstarted;
    if (first.resent) this.#tasks.unshift(...unstarted.splice(0, 1));
    first.resent = true;
    first.holder = undefined;
    return unstarted;
  }

  rejectAll(makeError: (task: PoolTask) => Error): void {
    for (const task of this.#tasks) task.reject(makeError(task));
  }
}
