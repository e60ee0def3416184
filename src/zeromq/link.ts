import type { Socket } from "zeromq";
import { Dialer } from "./dialer.js";
import type { Endpoint } from "./endpoint.js";
import type { SocketKind } from "./link-event.js";
import { Monitor } from "./monitor.js";

/** A socket with its monitor. A socket that connects also has a dialer, which connects again where ZeroMQ gives up. */
export class Link<S extends Socket> {
  readonly monitor: Monitor;
  /** Removed when the socket is closed. Default: none. */
  file: { remove(): void } | undefined;
  protected readonly socket: S;
  readonly #dialer: Dialer | undefined;

  /** `connectTo` is the endpoint to connect to. Default: none; the socket will be bound. */
  constructor(socket: S, via: SocketKind, connectTo?: Endpoint) {
    this.socket = socket;
    this.#dialer =
      connectTo &&
      new Dialer(socket, connectTo, {
        onUnresolved: (reason) => this.monitor.unresolved(reason),
        holdsMessages: () => this.holdsMessages(),
      });
    this.monitor = new Monitor(socket, { via, connectTo: connectTo?.address }, this.#dialer);
    this.#dialer?.dial();
  }

  /** The address that the socket is bound to, with the real port. Before that, "". */
  get address(): string {
    return this.socket.lastEndpoint ?? "";
  }

  get closed(): boolean {
    return this.socket.closed;
  }

  /** Close the socket and wait for the monitor to end. Idempotent. */
  async close(): Promise<void> {
    this.monitor.stop();
    this.file?.remove(); // before the socket is closed: nobody else binds there as long as it listens
    this.file = undefined;
    this.socket.close();
    await this.#dialer?.close();
    await this.monitor.close(); // after the socket, or libzmq waits for ever
  }

  /** Whether a disconnect would discard messages that have arrived. */
  protected async holdsMessages(): Promise<boolean> {
    return false;
  }
}
