/** The worker's side, as a worker module: synchronous code, which blocks its thread in each call of a queue. */
import type { MessagePort } from "node:worker_threads";
import { type BlockingQueue, type BridgePort, openBridge, QueueShutDown } from "../../concurrency/index.js";
import { type Item, itemAt } from "../items.js";
import { type Arrivals, OrderCheck } from "./order-check.js";

/** Do nothing. The thread has its module then. */
export function warmUp(): void {}

/**
 * Put the first `count` items, then shut the queue down. `progress[0]` is the number of items put so far. Returns
 * whether the queue was shut down before the last one.
 */
export function putItems(port: BridgePort<Item>, count: number, progress: Int32Array): boolean {
  const queue = openBridge(port);
  return endsEarly(() => {
    for (let n = 0; n < count; n++) {
      queue.put(itemAt(n)); // blocks while the queue is full
      Atomics.add(progress, 0, 1);
    }
    queue.shutdown();
  });
}

/** Take items until the queue is shut down and drained. */
export function getItems(port: BridgePort<Item>): Arrivals {
  const queue: BlockingQueue<Item> = openBridge(port);
  const order = new OrderCheck();
  endsEarly(() => {
    for (;;) order.see(queue.get()); // blocks while the queue is empty
  });
  return order.arrivals;
}

/**
 * Post a message, and sleep until the loop rings the bell: the least that a blocking call takes. Returns how often that
 * was done in `forMs` milliseconds.
 */
export function bounce(port: MessagePort, forMs: number, bell: Int32Array): number {
  const end = performance.now() + forMs;
  let rounds = 0;
  for (; performance.now() < end; rounds++) {
    Atomics.store(bell, 0, 0);
    port.postMessage(rounds);
    Atomics.wait(bell, 0, 0);
  }
  return rounds;
}

function endsEarly(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof QueueShutDown) return true;
    throw error;
  }
}
