import type { Socket } from "zeromq";
import { sleep } from "../concurrency/index.js";

const redialMs = 2000;

/**
 * Connects a socket, and does so again where ZeroMQ, which reconnects by itself, gives up for good: two seconds after a
 * refused handshake, for the server may come back with other keys.
 */
export class Dialer {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #closing = new AbortController();
  #redialing: Promise<void> | undefined;

  constructor(socket: Socket, address: string) {
    this.#socket = socket;
    this.#address = address;
  }

  dial(): void {
    this.#socket.connect(this.#address);
  }

  /** Dial in two seconds; asked several times before that, once. */
  redial(): void {
    this.#redialing ??= this.#redial();
  }

  /** Dial no more. */
  async close(): Promise<void> {
    this.#closing.abort();
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
    this.dial();
  }
}
