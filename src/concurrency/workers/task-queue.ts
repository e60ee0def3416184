import type { PoolTask } from "./pool-task.js";

/**
 * The tasks that wait for a worker, in the order of submission. A doubly linked list: an aborted task leaves it at once,
 * from any place and at the same cost.
 */
export class TaskQueue {
  #first: PoolTask | undefined;
  #last: PoolTask | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(task: PoolTask): void {
    this.#insert(task, this.#last, undefined);
  }

  /** Put tasks back at the front, in their order. */
  putBack(tasks: readonly PoolTask[]): void {
    for (const task of tasks.toReversed()) this.#insert(task, undefined, this.#first);
  }

  /** Take `task` out, if it is in the queue. */
  remove(task: PoolTask): void {
    const { place } = task;
    if (place === undefined) return;
    this.#join(place.previous, place.next);
    task.place = undefined;
    this.#length--;
  }

  /** Take the next tasks: at most `count`, and none from the first on that does not fit. */
  take(count: number, fits: (task: PoolTask, index: number) => boolean = () => true): PoolTask[] {
    const tasks: PoolTask[] = [];
    while (this.#first && tasks.length < count && fits(this.#first, tasks.length)) {
      tasks.push(this.#first);
      this.remove(this.#first);
    }
    return tasks;
  }

  #insert(task: PoolTask, previous: PoolTask | undefined, next: PoolTask | undefined): void {
    task.place = { previous, next };
    this.#join(previous, task);
    this.#join(task, next);
    this.#length++;
  }

  #join(previous: PoolTask | undefined, next: PoolTask | undefined): void {
    if (previous?.place) previous.place.next = next;
    else this.#first = next;
    if (next?.place) next.place.previous = previous;
    else this.#last = previous;
  }
}
