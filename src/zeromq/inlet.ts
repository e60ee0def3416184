import type { Pull, Subscriber } from "zeromq";
import { onAbort, sleep } from "../concurrency/index.js";
import { Link } from "./link.js";

/** The frames of one message. */
export type Frames = readonly Buffer[];

/** Milliseconds of a pending receive that show that no message is there. */
const idleMs = 20;

type End = () => IteratorReturnResult<undefined>;

/** A socket that receives. */
export class Inlet extends Link<Pull | Subscriber> {
  #receiving: Promise<Frames> | undefined;

  /**
   * Every message, falsy ones included. Several loops share the messages. Leaving a loop leaves the socket open.
   * close() ends all loops. Messages that ZeroMQ has prefetched are lost then.
   *
   * Cancellation: an abort of `signal` ends the loop without an error and closes the socket, because ZeroMQ has no other
   * way to end a receive.
   */
  messages(signal: AbortSignal): AsyncIterableIterator<Frames> {
    const abort = () => void this.close();
    if (signal.aborted) abort();
    const forget = signal.aborted ? () => {} : onAbort(signal, abort);
    const end: End = () => {
      forget();
      return { done: true, value: undefined };
    };
    return {
      next: () => this.#receive(end),
      return: async () => end(),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** A receive that stays pending over some turns of the event loop shows that all messages were received. */
  protected override async holdsMessages(): Promise<boolean> {
    if (this.monitor.counts.connects === 0) return false;
    const receiving = this.#receiving;
    await sleep(idleMs);
    await sleep(0); // a blocked event loop ends the sleep above before it looks for messages
    return receiving === undefined || this.#receiving !== receiving;
  }

  async #receive(end: End): Promise<IteratorResult<Frames, undefined>> {
    while (this.#receiving) await this.#receiving.catch(() => {}); // ZeroMQ answers a second receive with EBUSY
    if (this.closed) return end();
    try {
      this.#receiving = this.socket.receive();
      return { done: false, value: await this.#receiving };
    } catch (error) {
      if (this.closed) return end(); // EAGAIN: closed during the receive
      throw error;
    } finally {
      this.#receiving = undefined;
    }
  }
}
