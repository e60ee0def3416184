import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Queue } from "../queue.js";
import { openParcel, type Parcel, postParcel } from "./parcel.js";
import { type SerializedError, serializeError } from "./serialized-error.js";

/**
 * The port to a BridgeQueue for one worker thread. Pass it in `workerData` and `transferList` of a Worker, or in the
 * arguments and `transfer` of a task.
 */
export interface BridgePort<T> extends MessagePort {
  readonly __item?: T;
}

/** A request of the worker. "cancel" ends the request before it. */
export type BridgeRequest<T> =
  | { readonly type: "get" | "getNowait" | "taskDone" | "cancel" }
  | { readonly type: "put" | "putNowait"; readonly item: T }
  | { readonly type: "shutdown"; readonly immediate: boolean };

/** The reply to a request. A cancelled request gets one too. */
export type BridgeReply<T> =
  | { readonly type: "done"; readonly value: T | undefined }
  | { readonly type: "cancelled" }
  | { readonly type: "error"; readonly error: SerializedError };

/** The values of a bell: a request waits for its reply, the reply has been posted, the worker has read it. */
export const bellStates = { silent: 0, rung: 1, heard: 2 };

/** The connection to one worker. */
interface Line<T> {
  readonly port: MessagePort;
  readonly bell: Int32Array;
  /** Aborts when the current request ends without a reply that counts. */
  request: AbortController;
  /** The item of the last reply. */
  sent: { readonly item: T } | undefined;
}

/**
 * A queue between the event loop and worker threads (janus.Queue). On this side it is a Queue. In a worker,
 * openBridge() makes a BlockingQueue of a port.
 *
 * The items live on this side and are cloned on the way; Buffers stay Buffers. A worker with a port keeps this process
 * alive until the queue is shut down, since it may still put an item.
 *
 * An item that a worker did not receive because it died goes to the next getter, or stays. get() on this side waits on,
 * for another worker may come. If none will, call shutdown() at the worker's "exit" event: it ends every wait.
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
  readonly #lines = new Set<Line<T>>();
  #unanswered = 0;
  #dropsItems = false;
  #allReplied: (() => void)[] = [];

  /**
   * Make a port for one more worker. A task of a ThreadPool gets it by `transfer`. If the worker dies, its waiting call
   * is cancelled as soon as the port closes.
   */
  connect(): BridgePort<T> {
    const { port1: port, port2 } = new MessageChannel();
    const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    port.postMessage(bell); // stays in the other port, and moves to the worker with it
    const line: Line<T> = { port, bell, request: new AbortController(), sent: undefined };
    port.on("message", (parcel: Parcel<BridgeRequest<T>>) => {
      const request = openParcel(parcel);
      if (request.type === "cancel") return line.request.abort();
      line.request = new AbortController();
      line.sent = undefined;
      void this.#answer(request, line);
    });
    port.on("close", () => this.#disconnect(line));
    this.#lines.add(line);
    if (this.closed) port.unref();
    return port2;
  }

  /** Shut down as a Queue does. Calls that wait in workers throw QueueShutDown. */
  override shutdown(opts?: { immediate?: boolean }): void {
    super.shutdown(opts);
    if (opts?.immediate) this.#dropsItems = true;
    for (const { port } of this.#lines) port.unref();
  }

  /**
   * Resolve once no call waits any more, in workers too. Rejects with an Error if shutdown() was not called before: a
   * call may wait for ever then.
   */
  async waitClosed(): Promise<void> {
    if (!this.closed) throw new Error("waitClosed() was called before shutdown(): calls may wait for ever");
    if (this.#unanswered === 0) return;
    await new Promise<void>((resolve) => this.#allReplied.push(resolve));
  }

  #disconnect(line: Line<T>): void {
    this.#lines.delete(line);
    line.request.abort();
    if (line.sent === undefined || Atomics.load(line.bell, 0) !== bellStates.rung) return;
    if (!this.#dropsItems) this.giveBack(line.sent.item);
    else if (this.unfinished > 0) this.taskDone();
  }

  async #answer(request: BridgeRequest<T>, line: Line<T>): Promise<void> {
    this.#unanswered++;
    const { signal } = line.request;
    const reply = (body: BridgeReply<T>) => postParcel(line.port, body, body);
    try {
      const value = await this.#perform(request, signal);
      reply({ type: "done", value });
      if (request.type === "get" || request.type === "getNowait") line.sent = { item: value as T };
    } catch (error) {
      reply(error === signal.reason ? { type: "cancelled" } : { type: "error", error: serializeError(error) });
    }
    Atomics.store(line.bell, 0, bellStates.rung);
    Atomics.notify(line.bell, 0);
    if (--this.#unanswered > 0) return;
    for (const resolve of this.#allReplied.splice(0)) resolve();
  }

  #perform(request: BridgeRequest<T>, signal: AbortSignal): T | undefined | Promise<T | undefined> {
    if (request.type === "get") return this.get({ signal });
    if (request.type === "getNowait") return this.getNowait();
    if (request.type === "put") return this.put(request.item, { signal }) as Promise<undefined>;
    if (request.type === "putNowait") this.putNowait(request.item);
    if (request.type === "taskDone") this.taskDone();
    if (request.type === "shutdown") this.shutdown(request);
    return undefined;
  }
}
