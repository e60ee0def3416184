import type { buildConnector } from "undici";
import { Connection } from "./connection.js";
import { type Connect, createConnector } from "./connector.js";
import { Lookups } from "./lookups.js";

interface ConnectionsOptions {
  tls?: buildConnector.BuildOptions;
  lookups?: Lookups;
}

/**
 * A pool of at most `limit` connections to any number of origins. A taken connection belongs to its taker until
 * giveBack() or cut(). At the limit, an idle connection is closed for a new one. Callers must never hold more than
 * `limit` connections, so that there is an idle one. The creator of the pool closes it.
 */
export class Connections {
  /** Number of requests sent again on a new connection, because the server had closed the first one. */
  resent = 0;
  /** The addresses of its names. */
  readonly lookups: Lookups;
  readonly #limit: number;
  readonly #connect: Connect;
  readonly #all = new Set<Connection>();
  readonly #closing = new Set<Promise<void>>();
  /** By origin. The last connection was used most recently, so it is the most likely to be open. */
  readonly #idle = new Map<string, Connection[]>();

  /**
   * `limit`: a positive whole number. `tls`: options of tls.connect(), such as `ca` (default: none). `lookups`: the addresses
   * of names (default: those of the system).
   */
  constructor(limit: number, { tls = {}, lookups = new Lookups() }: ConnectionsOptions = {}) {
    this.#limit = limit;
    this.lookups = lookups;
    this.#connect = createConnector(lookups, tls);
  }

  /** Take an idle connection to `origin`, or a new one if there is none. */
  take(origin: string): Connection {
    return this.#idle.get(origin)?.pop() ?? this.open(origin);
  }

  /** Take a new connection to `origin`. Its first request opens the socket. */
  open(origin: string): Connection {
    if (this.#all.size >= this.#limit) this.#closeIdle();
    const connection = new Connection(origin, this.#connect);
    this.#all.add(connection);
    return connection;
  }

  /** Give back a connection after the whole reply has come. */
  giveBack(connection: Connection): void {
    if (!this.#all.has(connection)) return; // it was closed in the meantime
    connection.isReused = true;
    const siblings = this.#idle.get(connection.origin);
    if (siblings) siblings.push(connection);
    else this.#idle.set(connection.origin, [connection]);
    if (this.#idle.size > 2 * this.#limit) this.#forgetOrigins();
  }

  /** Close a taken connection, because its request failed or was cancelled. close() waits until it is closed. */
  cut(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const closed = connection.cut().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  /** Close every connection, even while it is being opened. Resolves once all are closed, those of cut() included. */
  async close(): Promise<void> {
    for (const connection of this.#all) this.cut(connection);
    this.#idle.clear();
    await Promise.all(this.#closing);
  }

  /** Close the oldest idle connection of the origin that was first used. */
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
