import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Queue } from "../queue.js";
import { openParcel, type Parcel, postParcel } from "./parcel.js";
import { type SerializedError, serializeError } from "./serialized-error.js";

/** The port to a BridgeQueue for one worker thread. Pass it in `workerData`, and in `transferList` too. */
export interface BridgePort<T> extends MessagePort {
  readonly __item?: T;
}

/** A request of the worker. "cancel" ends the request before it. */
export type BridgeRequest<T> =
  | { readonly type: "get" | "getNowait" | "cancel" }
  | { readonly type: "put" | "putNowait"; readonly item: T }
  | { readonly type: "shutdown"; readonly immediate: boolean };

/** The reply to a request. A cancelled request gets one too. */
export type BridgeReply<T> =
  | { readonly type: "done"; readonly value: T | undefined }
  | { readonly type: "cancelled" }
  | { readonly type: "error"; readonly error: SerializedError };

/**
 * A queue between the event loop and worker threads (janus.Queue). On this side it is a Queue. In a worker,
 * openBridge() makes a BlockingQueue of a port.
 *
 * The items live on this side and are cloned on the way; Buffers stay Buffers. A worker with a port keeps this process
 * alive until the queue is shut down, since it may still put an item.
 *
 * ```js
 * import { Worker } from "node:worker_threads";
 *
 * const queue = new BridgeQueue({ maxSize: 2 });
 * const port = queue.connect();
 * const code = `
 *   import { workerData } from "node:worker_threads";
 *   import { openBridge } from "asyncio-lab/concurrency";
 *   const queue = openBridge(workerData);
 *   for (const item of [1, 2, 3]) queue.put(item); // blocks while the queue is full
 *   queue.shutdown();
 * `;
 * new Worker(code, { eval: true, execArgv: ["--input-type=module"], workerData: port, transferList: [port] });
 *
 * const items = [];
 * for await (const item of queue) items.push(item);
 * console.log(items); // [ 1, 2, 3 ]
 * ```
 */
export class BridgeQueue<T> extends Queue<T> {
  readonly #ports = new Set<MessagePort>();
  #unanswered = 0;
  #allReplied: (() => void)[] = [];

  /** Make a port for one more worker. If the worker dies, its waiting call is cancelled as soon as the port closes. */
  connect(): BridgePort<T> {
    const { port1: port, port2 } = new MessageChannel();
    const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    port.postMessage(bell); // stays in the other port, and moves to the worker with it
    let waiting = new AbortController();
    port.on("message", (parcel: Parcel<BridgeRequest<T>>) => {
      const request = openParcel(parcel);
      if (request.type === "cancel") return waiting.abort();
      waiting = new AbortController();
      void this.#answer(request, port, bell, waiting.signal);
    });
    port.on("close", () => {
      this.#ports.delete(port);
      waiting.abort();
    });
    this.#ports.add(port);
    if (this.closed) port.unref();
    return port2;
  }

  /** Shut down as a Queue does. Calls that wait in workers throw QueueShutDown. */
  override shutdown(opts?: { immediate?: boolean }): void {
    super.shutdown(opts);
    for (const port of this.#ports) port.unref();
  }

  /** Resolve once no call waits any more, in workers too. Rejects with an Error if shutdown() was not called before. */
  async waitClosed(): Promise<void> {
    if (!this.closed) throw new Error("waitClosed() was called before shutdown()");
    if (this.#unanswered === 0) return;
    await new Promise<void>((resolve) => this.#allReplied.push(resolve));
  }

  async #answer(request: BridgeRequest<T>, port: MessagePort, bell: Int32Array, signal: AbortSignal): Promise<void> {
    this.#unanswered++;
    const reply = (body: BridgeReply<T>) => postParcel(port, body, body);
    try {
      reply({ type: "done", value: await this.#perform(request, signal) });
    } catch (error) {
      reply(error === signal.reason ? { type: "cancelled" } : { type: "error", error: serializeError(error) });
    }
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
    if (--this.#unanswered > 0) return;
    for (const resolve of this.#allReplied.splice(0)) resolve();
  }

  #perform(request: BridgeRequest<T>, signal: AbortSignal): T | undefined | Promise<T | undefined> {
    if (request.type === "get") return this.get({ signal });
    if (request.type === "getNowait") return this.getNowait();
    if (request.type === "put") return this.put(request.item, { signal }) as Promise<undefined>;
    if (request.type === "putNowait") this.putNowait(request.item);
    if (request.type === "shutdown") this.shutdown(request);
    return undefined;
  }
}
