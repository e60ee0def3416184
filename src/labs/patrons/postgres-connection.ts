import type { Socket } from "node:net";
import type { Options, Sql } from "postgres";
import { Unavailable } from "./database.js";
import type { Dsn } from "./dsn.js";
import { checkGreeting } from "./greeting.js";
import { openSocket } from "./postgres-socket.js";

export interface ConnectionOptions {
  onNotify?: (payload: string) => void;
}

/** The application_name of a connection that listens. Its statements may be others than LISTEN. */
export const listenerName = "lab patrons listens";

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
  readonly #tls: Pick<Dsn, "sslMode" | "serverName">;
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
    const { sslMode, serverName, ...rest } = dsn;
    this.#tls = { ...(sslMode !== undefined && { sslMode }), ...(serverName !== undefined && { serverName }) };
    const options = {
      ...rest,
      ssl: false, // the socket has TLS already
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: 0,
      connect_timeout: 0,
      connection: { application_name: onNotify ? listenerName : "lab patrons" },
      onnotice: () => {},
      onclose: () => this.#markGone(),
      ...(onNotify && { onnotify: (_channel: string, payload: string) => onNotify(payload) }),
      socket: (own: DriverOptions) => this.#connect(own),
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

  async #connect({ host: [host = ""], port: [port = 0], path }: DriverOptions): Promise<Socket> {
    if (this.#destroyedBy) throw this.#destroyedBy;
    if (this.#socket) throw new Unavailable("the server has closed the connection");
    const onSocket = (socket: Socket) => {
      this.#socket = socket;
    };
    const options = { host, port, path: path || undefined, ...this.#tls };
    const opened = openSocket(options, onSocket).then(checkGreeting);
    return opened.catch((error) => {
      this.#markGone();
      this.#socket?.destroy();
      throw error;
    });
  }
}

/** The driver's own reading of the DSN and the environment. */
interface DriverOptions {
  host: string[];
  port: number[];
  path: string | false;
}
