import type { XPublisher } from "zeromq";
import { Outlet } from "./outlet.js";

/**
 * A PUB that knows when somebody listens. A subscription arrives some time after the handshake, and what is published
 * before it reaches nobody; an XPUB, which is a PUB to its peers, hears of it.
 */
export class Publication extends Outlet {
  /** Resolves at the first subscription, or when the socket is closed. */
  readonly subscribed: Promise<void>;

  readonly #reading: Promise<void>;

  constructor(socket: XPublisher) {
    super(socket);
    let heard = () => {};
    this.subscribed = new Promise((resolve) => {
      heard = resolve;
    });
    this.#reading = readSubscriptions(socket, () => heard());
    this.#reading.catch(() => {}); // close() tells of it
  }

  override async close(opts?: { lingerMs?: number | undefined }): Promise<void> {
    await super.close(opts);
    await this.#reading;
  }
}

/** Until the socket is closed, lest they pile up in it. */
async function readSubscriptions(socket: XPublisher, heard: () => void): Promise<void> {
  try {
    for await (const _ of socket) heard();
  } catch (error) {
    if (!socket.closed) throw error; // closed in the middle of many: ENOTSOCK
  } finally {
    heard();
  }
}
