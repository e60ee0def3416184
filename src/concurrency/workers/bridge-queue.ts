import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Queue } from "../queue.js";
import { openParcel, type Parcel, postParcel } from "./parcel.js";
import { type SerializedError, serializeError } from "./serialized-error.js";

/** The end of a BridgeQueue that goes to a worker thread, in its workerData and transferList. */
export interface BridgePort<T> extends MessagePort {
  readonly __item?: T;
}

/** What the worker asks for; "cancel" means the request before it. */
export type BridgeRequest<T> =
  | { readonly type: "get" | "getNowait" | "cancel" }
  | { readonly type: "put" | "putNowait"; readonly item: T }
  | { readonly type: "shutdown"; readonly immediate: boolean };

/** The answer to each request, also to one that was cancelled. */
export type BridgeReply<T> =
  | { readonly type: "done"; readonly value: T | undefined }
  | { readonly type: "cancelled" }
  | { readonly type: "error"; readonly error: SerializedError };

/**
 * One queue between the event loop and worker threads (janus): on this side a Queue like any other, in a worker the
 * BlockingQueue that openBridge() makes of a port. The items live on this side; a worker asks for one, or hands one
 * over, and sleeps until it has the answer. They are cloned on the way, so what cannot be cloned cannot cross.
 *
 * Until it is shut down, each worker that holds a port keeps this process alive: an item may come.
 */
export class BridgeQueue<T> extends Queue<T> {
  readonly #ports = new Set<MessagePort>();
  #unanswered = 0;
  #allAnswered: (() => void)[] = [];

  /** Make the port for one more worker. What a worker waits for is cancelled when it dies, as soon as that shows here. */
  connect(): BridgePort<T> {
    const { port1: port, port2 } = new MessageChannel();
    const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    port.postMessage(bell); // waits in the other port and travels with it
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

  override shutdown(opts?: { immediate?: boolean }): void {
    super.shutdown(opts);
    for (const port of this.#ports) port.unref();
  }

  /** Resolve once every call that waited, here or in a worker, has its answer. Rejects unless the queue was shut down. */
  async waitClosed(): Promise<void> {
    if (!this.closed) throw new Error("waitClosed() was called before shutdown()");
    if (this.#unanswered === 0) return;
    await new Promise<void>((resolve) => this.#allAnswered.push(resolve));
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
    for (const resolve of this.#allAnswered.splice(0)) resolve();
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
