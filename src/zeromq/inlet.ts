import type { Pull, Subscriber } from "zeromq";
import { onAbort } from "../concurrency/cancellation.js";
import { sleep } from "../concurrency/index.js";
import { Monitor } from "./monitor.js";

const redialMs = 2000;

/** The frames of one message. */
export type Frames = readonly Buffer[];

/** A socket that receives. */
export class Inlet {
  readonly monitor: Monitor;
  readonly #socket: Pull | Subscriber;
  #receiving: Promise<Frames> | undefined;

  /** `gaveUp` is called each time ZeroMQ stops trying to connect for good. */
  constructor(socket: Pull | Subscriber, gaveUp: () => void = () => {}) {
    this.#socket = socket;
    this.monitor = new Monitor(socket, gaveUp);
  }

  /** Where it is bound or connected, with the real port; "" before that. */
  get address(): string {
    return this.#socket.lastEndpoint ?? "";
  }

  /**
   * Every message, whatever it holds: nothing in one ends the loop. An abort of `signal` does, and closes the socket,
   * since ZeroMQ knows no other way to end a wait; so does close(). Leaving the loop leaves the socket open. Several
   * loops share the messages.
   */
  messages(signal: AbortSignal): AsyncIterableIterator<Frames> {
    const abort = () => void this.close();
    if (signal.aborted) abort();
    const forget = signal.aborted ? () => {} : onAbort(signal, abort);
    const end = (): IteratorReturnResult<undefined> => {
      forget();
      return { done: true, value: undefined };
    };
    return {
      next: async () => {
        while (this.#receiving) await this.#receiving.catch(() => {}); // ZeroMQ answers a second receive with EBUSY
        if (this.#socket.closed) return end();
        try {
          this.#receiving = this.#socket.receive();
          return { done: false, value: await this.#receiving };
        } catch (error) {
          if (this.#socket.closed) return end(); // EAGAIN: closed while it waited
          throw error;
        } finally {
          this.#receiving = undefined;
        }
      },
      return: async () => end(),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Idempotent. What ZeroMQ has fetched ahead and nobody has read is gone. */
  async close(): Promise<void> {
    this.monitor.stop();
    this.#socket.close();
    await this.monitor.close();
  }
}

/**
 * A connected socket that receives. It reconnects by itself, also where ZeroMQ gives up for good: after a refused
 * handshake it dials again every two seconds, for the server may come back with other keys.
 */
export class DialingInlet extends Inlet {
  readonly #socket: Pull | Subscriber;
  readonly #address: string;
  readonly #closing = new AbortController();
  #redialing: Promise<void> | undefined;

  constructor(socket: Pull | Subscriber, address: string) {
    super(socket, () => {
      this.#redialing ??= this.#redial();
    });
    this.#socket = socket;
    this.#address = address;
    socket.connect(address);
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await super.close();
    await this.#redialing;
  }

  async #redial(): Promise<void> {
    await sleep(redialMs, this.#closing).catch(() => {});
    this.#redialing = undefined;
    if (this.#closing.signal.aborted) return;
    try {
      this.#socket.disconnect(this.#address);
    } catch {
      // ZeroMQ has let go of it already
    }
    this.#socket.connect(this.#address);
  }
}
