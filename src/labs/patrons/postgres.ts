import { onAbort } from "../../concurrency/index.js";
import { authority } from "../../net/authority.js";
import { ConnectionPool } from "./connection-pool.js";
import type { Database, Listening } from "./database.js";
import type { Dsn } from "./dsn.js";
import { PostgresConnection } from "./postgres-connection.js";

/** A PostgreSQL server: a pool of connections for queries, one that listens, one that sends echoes. They open when needed. */
export async function openPostgres(dsn: Dsn, { pool: size }: { pool: number }): Promise<Database> {
  const { default: driver } = await import("postgres");
  const open = () => new PostgresConnection(driver, dsn);
  const pool = new ConnectionPool(size, open);
  const listeners = new Set<PostgresConnection>();
  let sender = open();
  let prepare = true;
  return {
    name: nameOf(dsn),
    get load() {
      return pool.load;
    },
    query: (statement, parameters) => pool.use((connection) => connection.query(statement, parameters, prepare)),
    script: (statements) => pool.use(async (connection) => void (await connection.query(statements))),
    async listen(channel, onPayload, { signal } = {}) {
      const connection = new PostgresConnection(driver, dsn, { onNotify: onPayload });
      await cutOn(signal, connection, () => connection.query(`listen "${channel}"`));
      listeners.add(connection);
      void connection.gone.then(() => listeners.delete(connection));
      return listening(connection);
    },
    async notify(channel, payload, { signal } = {}) {
      if (sender.isGone) sender = open();
      const own = sender;
      await cutOn(signal, own, () => own.query("select pg_notify($1, $2)", [channel, payload], prepare));
    },
    dropIdle() {
      pool.dropIdle();
      sender.destroy();
    },
    forgetPrepared() {
      prepare = false;
    },
    async close() {
      await Promise.all([pool.close(), ...[...listeners, sender].map((each) => each.end())]);
    },
  };
}

function listening(connection: PostgresConnection): Listening {
  return {
    gone: connection.gone,
    query: (statement, { signal } = {}) => cutOn(signal, connection, () => connection.query(statement, [], false)),
    close: async () => connection.destroy(),
  };
}

/** Run `work`, and cut the connection if `signal` aborts meanwhile, or if it fails. */
async function cutOn<T>(
  signal: AbortSignal | undefined,
  connection: PostgresConnection,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const forget = signal && onAbort(signal, () => connection.destroy(signal.reason as Error));
  try {
    return await work();
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    forget?.();
  }
}

function nameOf({ host = "localhost", port = 5432, database }: Dsn): string {
  return `PostgreSQL at ${authority(host, port)}${database === undefined ? "" : `/${database}`}`;
}
