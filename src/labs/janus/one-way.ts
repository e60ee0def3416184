import { type Executor, gather } from "../../concurrency/index.js";
import { type Item, itemAt } from "../items.js";
import { type Bounce, openBounce } from "./bare-round-trips.js";
import { measureLateness } from "./lateness.js";
import { type Arrivals, OrderCheck } from "./order-check.js";
import type { WatchedBridge } from "./watched-bridge.js";
import type * as calls from "./worker-calls.js";

/** All items on their way in one direction. */
export interface OneWay extends Arrivals {
  /** Without the bare round trips. */
  seconds: number;
  itemsPerSecond: number;
  /** The rate of the quickest eighth. */
  bestItemsPerSecond: number;
  /** How often a second the two could wake each other between the items, with no queue. */
  bareRoundTripsPerSecond: number;
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
  return timed(queue, async (bounce) => {
    const [bare] = await gather(
      [
        (own) => pool.submit("putItems", [port, count, bounce], { signal: own, transfer: [port, bounce.port] }),
        async (own) => {
          for await (const item of queue.items({ signal: own })) {
            order.see(item);
            onItem();
          }
        },
      ],
      { signal },
    );
    return { arrivals: order.arrivals, bare };
  });
}

/** The loop puts, the worker takes. */
export function toWorker(count: number, { queue, pool, onItem }: Ends, signal: AbortSignal): Promise<OneWay> {
  const port = queue.connect();
  return timed(queue, async (bounce) => {
    const [taken] = await gather(
      [
        (own) => pool.submit("getItems", [port, count, bounce], { signal: own, transfer: [port, bounce.port] }),
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
    return taken;
  });
}

interface Taken {
  arrivals: Arrivals;
  bare: calls.Bare;
}

async function timed(queue: WatchedBridge<Item>, work: (bounce: Bounce) => Promise<Taken>): Promise<OneWay> {
  const { bounce, close } = openBounce();
  const start = performance.now();
  try {
    const { value, lateMs } = await measureLateness(() => work(bounce));
    const { arrivals, bare } = value;
    const seconds = (performance.now() - start - bare.ms) / 1000;
    const itemsPerSecond = arrivals.received / seconds;
    const bareRoundTripsPerSecond = bare.ms === 0 ? 0 : (bare.rounds / bare.ms) * 1000;
    const { bestItemsPerSecond } = bare;
    return { ...arrivals, seconds, itemsPerSecond, bestItemsPerSecond, bareRoundTripsPerSecond, lateMs };
  } finally {
    close();
    queue.shutdown({ immediate: true }); // a port keeps the process alive until then
  }
}
