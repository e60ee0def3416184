import type { Store } from "./deque.js";
import { Queue } from "./queue.js";

/**
 * A Queue that gives the youngest item first (asyncio.LifoQueue).
 *
 * ```js
 * const queue = new LifoQueue();
 * for (const n of [1, 2, 3]) queue.putNowait(n);
 * console.log(await queue.get(), await queue.get()); // 3 2
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  protected override createStore(): Store<T> {
    return new Stack();
  }
}

class Stack<T> implements Store<T> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T {
    return this.#items.pop() as T;
  }

  clear(): void {
    this.#items.length = 0;
  }
}
