import { type Executor, gather } from "../../concurrency/index.js";
import { type Item, itemAt } from "../items.js";
import { underHeartbeat } from "./heartbeat.js";
import { type Arrivals, OrderCheck } from "./order-check.js";
import type { WatchedBridge } from "./watched-bridge.js";
import type * as calls from "./worker-calls.js";

/** All items on their way in one direction. */
export interface OneWay extends Arrivals {
  seconds: number;
  itemsPerSecond: number;
  /** How late the event loop was at worst, in milliseconds. */
  lateMs: number;
}

interface Ends {
  queue: WatchedBridge<Item>;
  pool: Executor<typeof calls>;
  onItem(): void;
}

/** The worker puts, the loop takes. */
export function toLoop(count: number, { queue, pool, onItem }: Ends, signal: AbortSignal): Promise<OneWay> {
  const port = queue.connect();
  const order = new OrderCheck();
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return timed(queue, async () => {
    await gather(
      [
        (own) => pool.submit("putItems", [port, count, progress], { signal: own, transfer: [port] }),
        async (own) => {
          for await (const item of queue.items({ signal: own })) {
            order.see(item);
            onItem();
          }
        },
      ],
      { signal },
    );
    return order.arrivals;
  });
}

/** The loop puts, the worker takes. */
export function toWorker(count: number, { queue, pool, onItem }: Ends, signal: AbortSignal): Promise<OneWay> {
  const port = queue.connect();
  return timed(queue, async () => {
    const [arrivals] = await gather(
      [
        (own) => pool.submit("getItems", [port], { signal: own, transfer: [port] }),
        async (own) => {
          for (let n = 0; n < count; n++) {
            await queue.put(itemAt(n), { signal: own });
            onItem();
          }
          queue.shutdown();
        },
      ],
      { signal },
    );
    return arrivals;
  });
}

async function timed(queue: WatchedBridge<Item>, work: () => Promise<Arrivals>): Promise<OneWay> {
  const start = performance.now();
  try {
    const { value, lateMs } = await underHeartbeat(work);
    const seconds = (performance.now() - start) / 1000;
    return { ...value, seconds, itemsPerSecond: value.received / seconds, lateMs };
  } finally {
    queue.shutdown({ immediate: true }); // a port keeps the process alive until then
  }
}
