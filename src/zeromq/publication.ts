import type { XPublisher } from "zeromq";
import type { Endpoint } from "./endpoint.js";
import { Outlet } from "./outlet.js";

const maxTopics = 1000; // further subscriptions are not tracked

/**
 * A PUB that knows whether anybody listens. It is an XPUB, which receives subscriptions and their end, also by a
 * disconnect; to its peers it is a PUB. A subscription arrives some time after the handshake, and earlier messages are
 * lost.
 */
export class Publication extends Outlet {
  /** Resolves at the first subscription, or when the socket is closed. */
  readonly subscribed: Promise<void>;
  /** In Latin-1, so that every byte string is a topic. */
  readonly #topics = new Set<string>();
  readonly #reading: Promise<void>;

  /** `connectTo` as for Link. */
  constructor(socket: XPublisher, connectTo?: Endpoint) {
    super(socket, "PUB", connectTo);
    let heard = () => {};
    this.subscribed = new Promise((resolve) => {
      heard = resolve;
    });
    this.#reading = this.#readSubscriptions(socket, () => heard());
    this.#reading.catch(() => {}); // close() rejects with it
  }

  /** Whether a subscriber has a topic that `message` begins with. */
  isWanted(message: string): boolean {
    if (this.#topics.has("")) return true;
    const bytes = Buffer.from(message).toString("latin1");
    return [...this.#topics].some((topic) => bytes.startsWith(topic));
  }

  override async close(opts?: { lingerMs?: number | undefined }): Promise<void> {
    await super.close(opts);
    await this.#reading;
  }

  /** Read until the socket is closed, or unread subscriptions pile up in it. ZeroMQ reports a topic's first and last subscriber. */
  async #readSubscriptions(socket: XPublisher, heard: () => void): Promise<void> {
    try {
      for await (const [frame] of socket) {
        const [kind, topic] = [frame?.[0], frame?.toString("latin1", 1) ?? ""];
        if (kind === 0) this.#topics.delete(topic);
        if (kind === 1 && this.#topics.size < maxTopics) this.#topics.add(topic);
        heard();
      }
    } catch (error) {
      if (!socket.closed) throw error; // else ENOTSOCK: closed with many subscriptions unread
    } finally {
      heard();
    }
  }
}
