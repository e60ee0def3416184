import { isMainThread, receiveMessageOnPort } from "node:worker_threads";
import { TimeoutError } from "../errors.js";
import { checkDuration } from "../timer.js";
import type { BridgePort, BridgeReply, BridgeRequest } from "./bridge-queue.js";
import { openParcel, postParcel } from "./parcel.js";
import { deserializeError } from "./serialized-error.js";

/**
 * A queue.Queue for synchronous code in a worker thread: a call that has to wait blocks the thread, without spinning.
 * Errors are those of Queue: QueueEmpty, QueueFull, QueueShutDown.
 */
export interface BlockingQueue<T> {
  /** Take the oldest item. Throws TimeoutError after `timeoutMs` (default: Infinity), and then no item is lost. */
  get(opts?: { timeoutMs?: number }): T;
  /** Add an item, once there is room. Throws TimeoutError after `timeoutMs` (default: Infinity), and then it is not in. */
  put(item: T, opts?: { timeoutMs?: number }): void;
  getNowait(): T;
  putNowait(item: T): void;
  shutdown(opts?: { immediate?: boolean }): void;
}

/** The worker's side of a BridgeQueue. Once per port; throws on the main thread, which has to answer it. */
export function openBridge<T>(port: BridgePort<T>): BlockingQueue<T> {
  if (isMainThread)
    throw new Error("openBridge() blocks, so it belongs in a worker thread: the main thread answers it");
  const first = receiveMessageOnPort(port);
  if (first === undefined) throw new Error("this port was opened before, or is none of a BridgeQueue");
  const bell: Int32Array = first.message;

  function ask(request: BridgeRequest<T>, timeoutMs = Number.POSITIVE_INFINITY): T {
    checkDuration(timeoutMs);
    Atomics.store(bell, 0, 0);
    postParcel(port, request, request);
    if (!rings(bell, timeoutMs)) {
      port.postMessage([{ type: "cancel" }]);
      rings(bell, Number.POSITIVE_INFINITY); // the answer may have been on its way: whatever it says now is true
    }
    const reply = openParcel<BridgeReply<T>>(receiveMessageOnPort(port)?.message);
    if (reply.type === "done") return reply.value as T;
    throw reply.type === "error" ? deserializeError(reply.error) : new TimeoutError(`timed out after ${timeoutMs} ms`);
  }

  return {
    get: ({ timeoutMs } = {}) => ask({ type: "get" }, timeoutMs),
    put: (item, { timeoutMs } = {}) => void ask({ type: "put", item }, timeoutMs),
    getNowait: () => ask({ type: "getNowait" }),
    putNowait: (item) => void ask({ type: "putNowait", item }),
    shutdown: ({ immediate = false } = {}) => void ask({ type: "shutdown", immediate }),
  };
}

/** Sleep until the bell rings; false if `ms` passed first. A wake-up alone says nothing: it may be the last call's, come late. */
function rings(bell: Int32Array, ms: number): boolean {
  const deadline = performance.now() + ms;
  while (Atomics.load(bell, 0) === 0) {
    if (Atomics.wait(bell, 0, 0, deadline - performance.now()) === "timed-out") return false;
  }
  return true;
}
