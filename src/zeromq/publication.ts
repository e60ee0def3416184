import type { XPublisher } from "zeromq";
import { Outlet } from "./outlet.js";

/**
 * A PUB that knows when somebody listens. A subscription arrives some time after the handshake, and what is published
 * before it reaches nobody; an XPUB, which is a PUB to its peers, hears of it.
 */
export class Publication extends Outlet {
  /** Resolves at the first subscription, or when the socket is closed. */
  readonly subscribed: Promise<void>;

  constructor(socket: XPublisher) {
    super(socket);
    this.subscribed = new Promise((heard) => void readSubscriptions(socket, heard));
  }
}

/** Until the socket is closed, lest they pile up in it. */
async function readSubscriptions(socket: XPublisher, heard: () => void): Promise<void> {
  for await (const _ of socket) heard();
  heard();
}
