import { connect, type Socket } from "node:net";
import type { Options, Sql } from "postgres";
import { Unavailable } from "./database.js";
import type { Dsn } from "./dsn.js";

export interface ConnectionOptions {
  onNotify?: (payload: string) => void;
}

type Driver = typeof import("postgres");

/**
 * One connection to a PostgreSQL server. The driver would reconnect by itself and hide the gap; this one does not. The
 * first query connects. The socket is ours, so destroy() ends a connection over a dead path.
 */
export class PostgresConnection {
  /** Resolves once the connection is lost or closed. */
  readonly gone: Promise<void>;
  isGone = false;
  readonly #sql: Sql;
  #socket: Socket | undefined;
  #destroyedBy: Error | undefined;
  #markGone = () => {};

  constructor(driver: Driver, dsn: Dsn, { onNotify }: ConnectionOptions = {}) {
    this.gone = new Promise((resolve) => {
      this.#markGone = () => {
        this.isGone = true;
        resolve();
      };
    });
    const { sslMode, ...rest } = dsn;
    const options = {
      ...rest,
      ssl: sslMode as "require",
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: 0,
      connect_timeout: 0,
      connection: { application_name: "lab patrons" },
      onnotice: () => {},
      onclose: () => this.#markGone(),
      ...(onNotify && { onnotify: (_channel: string, payload: string) => onNotify(payload) }),
      socket: (own: SocketOptions) => this.#connect(own),
    };
    this.#sql = driver(options as unknown as Options<Record<string, never>>) as unknown as Sql;
  }

  /** The rows of one statement with bound parameters. Without parameters it may be several statements: one transaction. */
  async query<Row>(statement: string, parameters: readonly string[] = [], prepare = true): Promise<Row[]> {
    const rows = await this.#sql.unsafe(statement, [...parameters], { prepare }).catch((error) => {
      throw this.#destroyedBy ?? error; // the driver has reasons of its own for a connection that was cut
    });
    return [...rows] as unknown as Row[]; // a plain array, without the fields of the driver
  }

  /** Cut the connection now. Its query rejects with `reason`. */
  destroy(reason: Error = new Unavailable("the connection was closed")): void {
    this.#destroyedBy ??= reason;
    this.#socket?.destroy(reason);
    this.#markGone();
    void this.#sql.end({ timeout: 0 });
  }

  /** Say goodbye to the server and close. A connection with a query is cut after a second. */
  async end(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
    this.destroy();
  }

  async #connect({ host: [host = ""], port: [port = 0], path }: SocketOptions): Promise<Socket> {
    if (this.#destroyedBy) throw this.#destroyedBy;
    if (this.#socket) throw new Unavailable("the connection is lost");
    const socket = path ? connect(path) : connect({ host, port });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    }).catch((error) => {
      this.#markGone();
      throw error;
    });
    socket.removeAllListeners();
    return Object.assign(socket, { host, port }); // the driver checks a certificate against `host`
  }
}

interface SocketOptions {
  host: string[];
  port: number[];
  path?: string;
}
