import type { XPublisher } from "zeromq";
import { Outlet } from "./outlet.js";

/** Different topics we keep account of; what is subscribed beyond them we do not know of. */
const maxTopics = 1000;

/**
 * A PUB that knows when somebody listens. A subscription arrives some time after the handshake, and what is published
 * before it reaches nobody; an XPUB, which is a PUB to its peers, hears of it, and of its end, also by a disconnect.
 */
export class Publication extends Outlet {
  /** Resolves at the first subscription, or when the socket is closed. */
  readonly subscribed: Promise<void>;
  /** Latin 1, so that any bytes are a topic. */
  readonly #topics = new Set<string>();

  readonly #reading: Promise<void>;

  /** See Outlet. */
  constructor(socket: XPublisher, connectTo?: string) {
    super(socket, connectTo);
    let heard = () => {};
    this.subscribed = new Promise((resolve) => {
      heard = resolve;
    });
    this.#reading = this.#readSubscriptions(socket, () => heard());
    this.#reading.catch(() => {}); // close() tells of it
  }

  /** Whether somebody has subscribed to a topic that `message` begins with. */
  isWanted(message: string): boolean {
    if (this.#topics.has("")) return true;
    const bytes = Buffer.from(message).toString("latin1");
    return [...this.#topics].some((topic) => bytes.startsWith(topic));
  }

  override async close(opts?: { lingerMs?: number | undefined }): Promise<void> {
    await super.close(opts);
    await this.#reading;
  }

  /** Until the socket is closed, lest they pile up in it. ZeroMQ tells of a topic's first subscriber and its last. */
  async #readSubscriptions(socket: XPublisher, heard: () => void): Promise<void> {
    try {
      for await (const [frame] of socket) {
        const [kind, topic] = [frame?.[0], frame?.toString("latin1", 1) ?? ""];
        if (kind === 0) this.#topics.delete(topic);
        if (kind === 1 && this.#topics.size < maxTopics) this.#topics.add(topic);
        heard();
      }
    } catch (error) {
      if (!socket.closed) throw error; // closed in the middle of many: ENOTSOCK
    } finally {
      heard();
    }
  }
}
