import type { Push, XPublisher } from "zeromq";
import { Lock } from "../concurrency/index.js";
import { Monitor } from "./monitor.js";

/**
 * A bound socket that sends: one message at a time however many are asked for, since ZeroMQ answers a second send with
 * EBUSY.
 */
export class Outlet {
  readonly monitor: Monitor;
  readonly #socket: Push | XPublisher;
  readonly #turn = new Lock();

  constructor(socket: Push | XPublisher) {
    this.#socket = socket;
    this.monitor = new Monitor(socket);
  }

  /** Where it is bound, with the real port; "" before that. */
  get address(): string {
    return this.#socket.lastEndpoint ?? "";
  }

  get closed(): boolean {
    return this.#socket.closed;
  }

  /** Resolves once ZeroMQ has the message; a PUSH waits for a peer with room. Rejects if the socket is closed. */
  async send(message: string | Buffer): Promise<void> {
    await this.#turn.use(() => this.#socket.send(message));
  }

  /**
   * Close the socket; a send that still waits rejects. What was sent goes on to peers that take it for `lingerMs` (500)
   * more, in the background: the process does not end before. Idempotent.
   */
  async close({ lingerMs = 500 }: { lingerMs?: number | undefined } = {}): Promise<void> {
    if (!this.closed) this.#socket.linger = lingerMs;
    this.monitor.stop();
    this.#socket.close();
    await this.monitor.close();
  }
}
