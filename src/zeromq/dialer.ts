import type { Socket } from "zeromq";
import { sleep } from "../concurrency/index.js";

const redialMs = 2000;

/**
 * Connects a socket, and connects it again after a refused handshake. ZeroMQ reconnects by itself in all other cases, but
 * gives up after a refusal. The server may come back with other keys.
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

  /** Connect. */
  dial(): void {
    this.#socket.connect(this.#address);
  }

  /** Dial in two seconds. Further calls before that have no effect. */
  redial(): void {
    this.#redialing ??= this.#redial();
  }

  /** Cancel a pending redial. */
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
      // ZeroMQ has dropped the address already
    }
    this.dial();
  }
}
