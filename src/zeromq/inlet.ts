import type { Pull, Subscriber } from "zeromq";
import { onAbort } from "../concurrency/index.js";
import { Dialer } from "./dialer.js";
import { Monitor } from "./monitor.js";

/** The frames of one message. */
export type Frames = readonly Buffer[];

/** A socket that receives. Connected, it reconnects by itself, also where ZeroMQ gives up for good: see Dialer. */
export class Inlet {
  readonly monitor: Monitor;
  readonly #socket: Pull | Subscriber;
  readonly #dialer: Dialer | undefined;
  #receiving: Promise<Frames> | undefined;

  /** `connectTo`: an address to connect to, and to dial again where ZeroMQ gives up. Without it the socket gets bound. */
  constructor(socket: Pull | Subscriber, connectTo?: string) {
    this.#socket = socket;
    this.#dialer = connectTo === undefined ? undefined : new Dialer(socket, connectTo);
    this.monitor = new Monitor(socket, () => this.#dialer?.redial());
    this.#dialer?.dial();
  }

  /** Where it is bound, with the real port, or connects to; "" before that. */
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
    await this.#dialer?.close();
    await this.monitor.close();
  }
}
