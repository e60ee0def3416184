/** The worker's side, as a worker module: synchronous code, which blocks its thread in each call of a queue. */
import { type BlockingQueue, type BridgePort, openBridge, QueueShutDown } from "../../concurrency/index.js";
import { type Item, itemAt } from "../items.js";
import { BareRoundTrips, type Bounce } from "./bare-round-trips.js";
import { type Arrivals, OrderCheck } from "./order-check.js";

/** Bare round trips between the items, the time that they took, in milliseconds, and the best rate of the items. */
export type Bare = BareRoundTrips["result"];

/** Do nothing. The thread has its module then. */
export function warmUp(): void {}

/**
 * Put one item more than fits. `progress[0]` is the number of items put so far. Returns whether the queue was shut down
 * before the last one.
 */
export function fill(port: BridgePort<Item>, maxSize: number, progress: Int32Array): boolean {
  const queue = openBridge(port);
  return endsEarly(() => {
    for (let n = 0; n <= maxSize; n++) {
      queue.put(itemAt(n)); // blocks while the queue is full
      Atomics.add(progress, 0, 1);
    }
  });
}

/** Put the first `count` items, then shut the queue down. Returns the bare round trips between them. */
export function putItems(port: BridgePort<Item>, count: number, bounce: Bounce): Bare {
  const queue = openBridge(port);
  const bare = new BareRoundTrips(bounce, count);
  for (let n = 0; n < count; n++) {
    queue.put(itemAt(n)); // blocks while the queue is full
    bare.afterItem();
  }
  queue.shutdown();
  return bare.result;
}

/** Take items until the queue is shut down and drained. Returns whether it was. */
export function drain(port: BridgePort<Item>): boolean {
  const queue: BlockingQueue<Item> = openBridge(port);
  return endsEarly(() => {
    for (;;) queue.get(); // blocks while the queue is empty
  });
}

/**
 * Take items until the queue is shut down and drained: `count` of them, unless some are lost. Returns what came, and the
 * bare round trips between the items.
 */
export function getItems(port: BridgePort<Item>, count: number, bounce: Bounce): { arrivals: Arrivals; bare: Bare } {
  const queue: BlockingQueue<Item> = openBridge(port);
  const bare = new BareRoundTrips(bounce, count);
  const order = new OrderCheck();
  endsEarly(() => {
    for (;;) {
      order.see(queue.get()); // blocks while the queue is empty
      bare.afterItem();
    }
  });
  return { arrivals: order.arrivals, bare: bare.result };
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
