import { Deque } from "../deque.js";
import type { PoolTask } from "./pool-task.js";

/** The tasks that wait for a worker, in the order of submission. An aborted task stays until its turn, uncounted. */
export class TaskQueue {
  readonly #tasks = new Deque<PoolTask>();
  #length = 0;

  /** The number of tasks that wait and are not aborted. */
  get length(): number {
    return this.#length;
  }

  push(task: PoolTask): void {
    this.#tasks.push(task);
    this.#length++;
  }

  /** Put tasks back at the front, in their order. */
  putBack(tasks: readonly PoolTask[]): void {
    for (const task of tasks.toReversed()) this.#tasks.unshift(task);
    this.#length += tasks.length;
  }

  /** Stop counting a task of the queue that was aborted. */
  discount(): void {
    this.#length--;
  }

  /** Take the next tasks: at most `count`, and none from the first on that does not fit. */
  take(count: number, fits: (task: PoolTask, place: number) => boolean = () => true): PoolTask[] {
    const tasks: PoolTask[] = [];
    while (tasks.length < count && this.#length > 0) {
      const task = this.#tasks.shift();
      if (task.settled) continue;
      if (!fits(task, tasks.length)) {
        this.#tasks.unshift(task);
        break;
      }
      this.#length--;
      tasks.push(task);
    }
    return tasks;
  }
}
