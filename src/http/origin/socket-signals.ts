import type { Socket } from "node:net";

/** The reason of every abort. It is shared, because 16,384 AbortErrors with stacks take half a second. */
const closed = new Error("the connection is closed");

/** One signal per connection, which aborts when either side closes it. All its waits share one "close" listener. */
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

  /** Abort all signals, before the server closes its connections. */
  abort(): void {
    for (const each of this.#open.values()) each.abort(closed);
  }
}
