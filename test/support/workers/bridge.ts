/** A worker that does what the bridge tests tell it, one blocking call after another, and reports how each ended. */
import { parentPort, workerData } from "node:worker_threads";
import { type BridgePort, openBridge } from "../../../src/concurrency/index.js";

export type Call =
  | { do: "get" | "put" | "getNowait" | "putNowait" | "shutdown"; item?: unknown; opts?: object }
  | { do: "getMany" | "putMany"; count: number };
export type Outcome = { value: unknown } | { error: string };

const queue = openBridge<unknown>(workerData as BridgePort<unknown>);

function perform(call: Call): unknown {
  if (call.do === "getMany") return Array.from({ length: call.count }, () => queue.get());
  if (call.do === "putMany") return void Array.from({ length: call.count }, (_, i) => queue.put(i));
  if (call.do === "put" || call.do === "putNowait") return queue[call.do](call.item, call.opts);
  return call.do === "getNowait" ? queue.getNowait() : queue[call.do](call.opts);
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
