import type { buildConnector } from "undici";
import createConnect from "undici/lib/core/connect.js";
import { type Connect, Connection } from "./connection.js";
import { Lookups } from "./lookups.js";

/**
 * At most `limit` connections, to however many origins; whoever opened them closes them. One that is taken belongs to its
 * taker until it is given back, to be used again, or cut. At the limit an idle one makes room; that there is one is up to
 * the takers, who must never hold more than `limit`.
 */
export class Connections {
  /** Requests that went out again on a new connection, for the server had closed the one they were sent on. */
  resent = 0;
  readonly #limit: number;
  readonly #connect: Connect;
  readonly #all = new Set<Connection>();
  readonly #closing = new Set<Promise<void>>();
  readonly #idle = new Map<string, Connection[]>(); // by origin; the last one is the most likely to be still open

  /** `limit`: a positive whole number. `tls`: what tls.connect() takes, such as an authority to trust (default: none more). */
  constructor(limit: number, { tls = {} }: { tls?: buildConnector.BuildOptions } = {}) {
    this.#limit = limit;
    const { lookup } = new Lookups();
    this.#connect = createConnect({ lookup, ...tls, timeout: 0 }) as Connect;
  }

  /** A connection to `origin` that nobody else uses: an idle one, else a new one, not open yet. */
  take(origin: string): Connection {
    return this.#idle.get(origin)?.pop() ?? this.open(origin);
  }

  /** A new connection to `origin`, not open yet. */
  open(origin: string): Connection {
    if (this.#all.size >= this.#limit) this.#closeIdle();
    const connection = new Connection(origin, this.#connect);
    this.#all.add(connection);
    return connection;
  }

  /** Give back a connection whose request is wholly done. */
  giveBack(connection: Connection): void {
    if (!this.#all.has(connection)) return; // closed meanwhile
    connection.isReused = true;
    const siblings = this.#idle.get(connection.origin);
    if (siblings) siblings.push(connection);
    else this.#idle.set(connection.origin, [connection]);
    if (this.#idle.size > 2 * this.#limit) this.#forgetOrigins();
  }

  /** Close a connection that was taken: its request failed, or is not wanted any more. close() waits for it. */
  cut(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const closed = connection.cut().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  /** Cut every connection, those included that are still being opened. Resolves once all are closed that ever were. */
  async close(): Promise<void> {
    for (const connection of this.#all) this.cut(connection);
    this.#idle.clear();
    await Promise.all(this.#closing);
  }

  /** One connection to the origin that was first used of those with an idle one. */
  #closeIdle(): void {
    for (const [origin, [connection]] of this.#idle) {
      if (connection) {
        this.#idle.get(origin)?.shift();
        this.cut(connection);
        return;
      }
      this.#idle.delete(origin);
    }
  }

  #forgetOrigins(): void {
    for (const [origin, idle] of this.#idle) if (idle.length === 0) this.#idle.delete(origin);
  }
}
