import type { Push, XPublisher } from "zeromq";
import { Lock } from "../concurrency/index.js";
import { Link } from "./link.js";

/** A socket that sends, one message at a time: ZeroMQ answers a second concurrent send with EBUSY. */
export class Outlet extends Link<Push | XPublisher> {
  readonly #turn = new Lock();

  /** Resolves once ZeroMQ has the message. A PUSH waits for a peer with room. Rejects if the socket is closed. */
  async send(message: string | Buffer): Promise<void> {
    await this.#turn.use(() => this.socket.send(message));
  }

  /**
   * Close the socket. A pending send rejects. ZeroMQ keeps delivering sent messages in the background for `lingerMs`
   * milliseconds (default: 500), and the process does not exit before. Idempotent.
   */
  override async close({ lingerMs = 500 }: { lingerMs?: number | undefined } = {}): Promise<void> {
    if (!this.closed) this.socket.linger = lingerMs;
    await super.close();
  }
}
