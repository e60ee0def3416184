import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { sleep } from "../../concurrency/index.js";

/**
 * stopListening() accepts further connections for this time in milliseconds, and for these turns of the event loop. On
 * a busy machine a single turn may take longer than the time. The kernel holds 511 connections that wait.
 */
const [acceptMs, acceptTurns] = [300, 600];

/** The open connections of a node:http server, and the ways to end them. */
export class OpenConnections {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #accepted = 0;
  #onGone = () => {};

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.#track(socket));
  }

  /**
   * Close the port, and keep the connections. The kernel resets those that still wait to be accepted, and libuv may
   * accept only one in a turn of the event loop. So the port closes after a turn in which none came.
   */
  async stopListening(): Promise<void> {
    const end = performance.now() + acceptMs;
    await new Promise(setImmediate); // from here on, a whole turn passes each time
    for (let before = -1, turn = 0; before !== this.#accepted; turn++) {
      if (turn >= acceptTurns && performance.now() >= end) break;
      before = this.#accepted;
      await new Promise(setImmediate);
    }
    NetServer.prototype.close.call(this.#server); // that of http would close idle connections too
  }

  /** Wait until no client is connected, but at most `ms` milliseconds. */
  async gone(ms: number): Promise<void> {
    if (this.#sockets.size === 0) return;
    const gone = new AbortController();
    this.#onGone = () => gone.abort();
    await sleep(ms, gone).catch(() => {});
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #track(socket: Socket): void {
    this.#accepted++;
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onGone();
    });
  }
}
