import type { Abortable } from "../../concurrency/index.js";

/** The part of PostgreSQL that the lab needs. A server and the embedded PGlite both implement it. */
export interface Database {
  /** Its kind and address, for the first line and /healthz: `PostgreSQL at 127.0.0.1:5432/patrons`. It holds no password. */
  readonly name: string;
  /** Connections for queries, and the queries that run or wait. */
  readonly load: DatabaseLoad;
  /**
   * The rows of one statement with bound parameters. Columns are text, so statements cast: `id::text`.
   * Rejects with Unavailable if the database does not answer in time, or with the error of the statement.
   */
  query<Row>(statement: string, parameters?: readonly string[]): Promise<Row[]>;
  /** Run several statements without parameters in one transaction. */
  script(statements: string): Promise<void>;
  /**
   * Listen to a channel over a connection of its own. Resolves once LISTEN stands.
   * Cancellation: rejects with `signal.reason`. Later aborts do nothing: call close().
   */
  listen(channel: string, onPayload: (payload: string) => void, options?: Abortable): Promise<Listening>;
  /** Send to a channel over a third connection, which neither listens nor belongs to the pool. */
  notify(channel: string, payload: string, options?: Abortable): Promise<void>;
  /** A pooler is between: each statement may run in another session, so prepare none. */
  forgetPrepared(): void;
  /** The way to the server may be dead: cut connections that are idle, so that no query has to find out. */
  dropIdle(): void;
  /** Cut all connections. Running queries reject with Unavailable. */
  close(): Promise<void>;
}

export interface DatabaseLoad {
  queries: number;
  waiting: number;
  /** Queries that were refused because too many waited, or that waited too long. */
  refused: number;
}

export interface Listening {
  /** Resolves once the connection is lost or closed. */
  readonly gone: Promise<void>;
  /** A statement over this connection, which waits for no other. An abort cuts the connection. */
  query<Row>(statement: string, options?: Abortable): Promise<Row[]>;
  close(): Promise<void>;
}

/** The database cannot answer now. It may later: HTTP 503. A statement that was under way may have taken effect. */
export class Unavailable extends Error {
  static {
    Unavailable.prototype.name = "Unavailable";
  }
}
