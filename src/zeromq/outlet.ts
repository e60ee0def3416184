import type { Push, XPublisher } from "zeromq";
import { Lock } from "../concurrency/index.js";
import { Dialer } from "./dialer.js";
import { Monitor } from "./monitor.js";

/**
 * A socket that sends: one message at a time however many are asked for, since ZeroMQ answers a second send with
 * EBUSY.
 */
export class Outlet {
  readonly monitor: Monitor;
  readonly #socket: Push | XPublisher;
  readonly #dialer: Dialer | undefined;
  readonly #turn = new Lock();

  /** `connectTo`: an address to connect to, and to dial again where ZeroMQ gives up. Without it the socket gets bound. */
  constructor(socket: Push | XPublisher, connectTo?: string) {
    this.#socket = socket;
    this.#dialer = connectTo === undefined ? undefined : new Dialer(socket, connectTo);
    this.monitor = new Monitor(socket, () => this.#dialer?.redial());
    this.#dialer?.dial();
  }

  /** Where it is bound, with the real port, or connects to; "" before that. */
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
    await this.#dialer?.close();
    await this.monitor.close();
  }
}
