import type { Socket } from "node:net";
import type { buildConnector, Dispatcher } from "undici";
import Client from "undici/lib/dispatcher/client.js";
import type { HttpRequest } from "./request.js";

/** Opens a socket. undici's connector returns it, which its types leave out. */
export type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/**
 * One connection to one origin: its socket is opened by the first request, and again after the server closed it. One
 * request at a time. It has no time-outs of its own: the deadline is the caller's, who then cuts it.
 */
export class Connection {
  readonly origin: string;
  /** A request was done on its socket before: the server may be closing it by now. */
  isReused = false;
  readonly #client: Client;
  #opening: Socket | undefined; // undici forgets it when the request is given up meanwhile, and Node waits for it

  constructor(origin: string, connect: Connect) {
    this.origin = origin;
    this.#client = new Client(origin, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        this.isReused = false; // a new socket, though the connection has had one before
        this.#opening = connect(options, (...result) => {
          this.#opening = undefined;
          callback(...result);
        });
      },
    });
  }

  dispatch({ url, method = "GET", headers = {}, body }: HttpRequest, handler: Dispatcher.DispatchHandler): void {
    const path = url.pathname + url.search;
    const options = { path, method: method as Dispatcher.HttpMethod, headers, body: body ?? null };
    // undici would close the connection behind each HEAD, for the sake of servers that send a body.
    this.#client.dispatch(method === "HEAD" ? { ...options, reset: false } : options, handler);
  }

  /** Close the connection at once, open or half open; a request on it fails. Resolves once it is closed. */
  async cut(): Promise<void> {
    this.#opening?.destroy();
    await this.#client.destroy();
  }
}
