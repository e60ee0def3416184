import { isMainThread, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { TimeoutError } from "../errors.js";
import { checkDuration } from "../timer.js";
import { type BridgePort, type BridgeReply, type BridgeRequest, bellStates } from "./bridge-queue.js";
import { openParcel, postParcel } from "./parcel.js";
import { deserializeError } from "./serialized-error.js";

/**
 * A BridgeQueue in a worker thread, for synchronous code (queue.Queue). A call that waits blocks the thread without
 * using the CPU. The calls throw the errors of Queue: QueueEmpty, QueueFull, QueueShutDown.
 */
export interface BlockingQueue<T> {
  /**
   * Take the oldest item, and wait for one if there is none. Throws TimeoutError after `timeoutMs` (default: Infinity);
   * no item is lost then. Throws a DataCloneError, and the item is lost, if it cannot be cloned. Throws RangeError if `timeoutMs` is negative or NaN.
   */
  get(opts?: { timeoutMs?: number }): T;
  /**
   * Add an item, and wait for room if the queue is full. Throws TimeoutError after `timeoutMs` (default: Infinity); the
   * item is not added then. Throws a DataCloneError if the item cannot be cloned or is nested more than 1,000 levels
   * deep.
   */
  put(item: T, opts?: { timeoutMs?: number }): void;
  /** Take the oldest item at once. Throws QueueEmpty if there is none. */
  getNowait(): T;
  /** Add an item at once. Throws QueueFull if there is no room. */
  putNowait(item: T): void;
  /** Tell join() that a taken item is done with. Throws RangeError if called more often than items were put. */
  taskDone(): void;
  /** Shut the queue down for both sides, as Queue.shutdown() does. */
  shutdown(opts?: { immediate?: boolean }): void;
}

/** Closes the ports of queues that are not used any more: a thread of a pool may open many in its life. */
const forgotten = new FinalizationRegistry<MessagePort>((port) => port.close());

/**
 * Open the port of a BridgeQueue in a worker thread. Throws an Error on the main thread, and if the port was opened
 * before or comes from elsewhere.
 *
 * ```js
 * import { Worker } from "node:worker_threads";
 *
 * const [numbers, squares] = [new BridgeQueue(), new BridgeQueue()];
 * const ports = [numbers.connect(), squares.connect()];
 * const code = `
 *   import { workerData } from "node:worker_threads";
 *   import { openBridge } from "asyncio-lab/concurrency";
 *   const [numbers, squares] = workerData.map((port) => openBridge(port));
 *   const number = numbers.get({ timeoutMs: 5000 }); // blocks this thread until there is one
 *   squares.put(number ** 2);
 * `;
 * new Worker(code, { eval: true, execArgv: ["--input-type=module"], workerData: ports, transferList: ports });
 *
 * await numbers.put(12);
 * console.log(await squares.get()); // 144
 * for (const queue of [numbers, squares]) queue.shutdown();
 * ```
 */
export function openBridge<T>(port: BridgePort<T>): BlockingQueue<T> {
  if (isMainThread)
    throw new Error("openBridge() blocks, so it belongs in a worker thread: the main thread answers it");
  const first = receiveMessageOnPort(port);
  if (first === undefined) throw new Error("this port was opened before, or does not come from a BridgeQueue");
  const bell: Int32Array = first.message;

  function ask(request: BridgeRequest<T>, timeoutMs = Number.POSITIVE_INFINITY): T {
    checkDuration(timeoutMs);
    Atomics.store(bell, 0, bellStates.silent);
    postParcel(port, request, request);
    if (!rings(bell, timeoutMs)) {
      port.postMessage([{ type: "cancel" }]);
      rings(bell, Number.POSITIVE_INFINITY); // the reply may have been on its way already: it counts
    }
    const reply = openParcel<BridgeReply<T>>(receiveMessageOnPort(port)?.message);
    Atomics.store(bell, 0, bellStates.heard); // from here on the item belongs to this worker
    if (reply.type === "done") return reply.value as T;
    throw reply.type === "error" ? deserializeError(reply.error) : new TimeoutError(`timed out after ${timeoutMs} ms`);
  }

  forgotten.register(ask, port);
  return {
    get: ({ timeoutMs } = {}) => ask({ type: "get" }, timeoutMs),
    put: (item, { timeoutMs } = {}) => void ask({ type: "put", item }, timeoutMs),
    getNowait: () => ask({ type: "getNowait" }),
    putNowait: (item) => void ask({ type: "putNowait", item }),
    taskDone: () => void ask({ type: "taskDone" }),
    shutdown: ({ immediate = false } = {}) => void ask({ type: "shutdown", immediate }),
  };
}

/**
 * Sleep until the bell rings. Returns false if `ms` passed first. A wake-up alone means nothing: it may belong to the
 * last call, and come late.
 */
function rings(bell: Int32Array, ms: number): boolean {
  const deadline = performance.now() + ms;
  while (Atomics.load(bell, 0) === bellStates.silent) {
    if (Atomics.wait(bell, 0, bellStates.silent, deadline - performance.now()) === "timed-out") return false;
  }
  return true;
}
