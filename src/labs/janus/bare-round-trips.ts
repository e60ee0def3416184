import { MessageChannel } from "node:worker_threads";
import type { Executor } from "../../concurrency/index.js";
import type * as calls from "./worker-calls.js";

const forMs = 200;

/**
 * How many times a second the worker can wake the loop and the loop the worker, with no queue between them. A blocking
 * call cannot be quicker.
 */
export async function bareRoundTripsPerSecond(pool: Executor<typeof calls>, signal: AbortSignal): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  port1.on("message", () => {
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  });
  const start = performance.now();
  try {
    const rounds = await pool.submit("bounce", [port2, forMs, bell], { signal, transfer: [port2] });
    return (rounds / (performance.now() - start)) * 1000;
  } finally {
    port1.close();
  }
}
