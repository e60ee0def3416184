import type { Socket } from "node:net";

/** Why each of them aborts. One for all: an AbortError of its own, with a stack, for each of 16,384 takes half a second. */
const closed = new Error("the connection is closed");

/** For each connection a signal that aborts when it is closed, by either side. However many wait on it, it has one listener. */
export class SocketSignals {
  readonly #open = new Map<Socket, AbortController>();

  of(socket: Socket): AbortSignal {
    const known = this.#open.get(socket);
    if (known) return known.signal;
    const made = new AbortController();
    if (socket.destroyed) {
      made.abort(closed);
      return made.signal;
    }
    this.#open.set(socket, made);
    socket.once("close", () => {
      this.#open.delete(socket);
      made.abort(closed);
    });
    return made.signal;
  }

  /** Abort them all: the connections are about to be closed. */
  abort(): void {
    for (const each of this.#open.values()) each.abort(closed);
  }
}
