import type { Dispatcher } from "undici";
import Client from "undici/lib/dispatcher/client.js";
import type { Opening } from "./address-race.js";
import type { Connect } from "./connector.js";
import type { HttpRequest } from "./request.js";

const maxHeaderSize = 256 * 1024; // bytes; real pages send 40 KiB of cookies and policies

/**
 * One connection to one origin, for one request at a time. The first request opens its socket. A request after the
 * server closed it opens a new one. There are no timeouts here: the caller keeps the deadline and cuts the connection.
 */
export class Connection {
  readonly origin: string;
  /** The socket has served a request before, so the server may be closing it by now. */
  isReused = false;
  readonly #client: Client;
  #opening: Opening | undefined; // undici forgets it with a cancelled request, and Node would wait for it

  constructor(origin: string, connect: Connect) {
    this.origin = origin;
    this.#client = new Client(origin, {
      maxHeaderSize,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        this.isReused = false; // this socket is new, even if an earlier one was reused
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
    // undici would close the connection after each HEAD, in case the server sends a body.
    this.#client.dispatch(method === "HEAD" ? { ...options, reset: false } : options, handler);
  }

  /** Close the connection at once, even while it is being opened. Its request fails. Resolves once it is closed. */
  async cut(): Promise<void> {
    this.#opening?.destroy();
    await this.#client.destroy();
  }
}
