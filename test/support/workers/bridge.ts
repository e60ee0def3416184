/** A worker that does what the bridge tests tell it, one blocking call after another, and reports each outcome. */
import { parentPort, workerData } from "node:worker_threads";
import { type BridgePort, openBridge } from "../../../src/concurrency/index.js";

export interface Call {
  do: "get" | "put" | "getNowait" | "putNowait" | "taskDone" | "shutdown" | "getMany" | "putMany";
  item?: unknown;
  count?: number;
  opts?: object;
}
export type Outcome = { value: unknown } | { error: string };

const queue = openBridge<unknown>(workerData as BridgePort<unknown>);

function perform({ do: name, item, count = 0, opts }: Call): unknown {
  if (name === "getMany") return Array.from({ length: count }, () => queue.get());
  if (name === "putMany") return void Array.from({ length: count }, (_, i) => queue.put(i));
  if (name === "put" || name === "putNowait") return queue[name](item, opts);
  if (name === "getNowait" || name === "taskDone") return queue[name]();
  return queue[name](opts);
}

parentPort?.on("message", (call: Call) => {
  let outcome: Outcome;
  try {
    outcome = { value: perform(call) };
  } catch (error) {
    outcome = { error: (error as Error).constructor.name };
  }
  parentPort?.postMessage(outcome);
});
