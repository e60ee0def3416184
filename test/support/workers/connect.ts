import { once } from "node:events";
import type { TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import type { BridgeQueue } from "../../../src/concurrency/index.js";
import type { Call, Outcome } from "./bridge.js";

/** Start bridge.js at the other end of `queue`. */
export function startBridgeWorker(queue: BridgeQueue<unknown>): Worker {
  const port = queue.connect();
  return new Worker(new URL("./bridge.js", import.meta.url), { workerData: port, transferList: [port] });
}

/** A function that makes a call in a worker at the other end of `queue`, and resolves with its outcome. */
export function connect(t: TestContext, queue: BridgeQueue<unknown>): (call: Call) => Promise<Outcome> {
  const worker = startBridgeWorker(queue);
  t.after(() => worker.terminate());
  return async (call) => {
    worker.postMessage(call);
    const [outcome] = await once(worker, "message");
    return outcome;
  };
}

export const range = (count: number) => Array.from({ length: count }, (_, i) => i);
