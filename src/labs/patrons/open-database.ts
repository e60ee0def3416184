import { type Abortable, ExitError, onAbort } from "../../concurrency/index.js";
import { type Database, Unavailable } from "./database.js";
import type { Dsn } from "./dsn.js";
import { ensureSchema, WrongTable } from "./schema.js";
import { whyUnavailable } from "./why-unavailable.js";

export interface DatabaseOptions {
  /** A PostgreSQL server. Default: PostgreSQL inside this process. */
  dsn?: Dsn | undefined;
  /** Connections for queries to a server. */
  pool: number;
  /** Folder of the embedded database (default: in memory). */
  data?: string | undefined;
}

/**
 * Open a database with the table. Rejects with ExitError(1) and one line, without the password, if it cannot be used.
 *
 * Cancellation: cuts the connection to a server at once, and rejects with `signal.reason`.
 */
export async function openDatabase({ dsn, pool, data, signal }: DatabaseOptions & Abortable): Promise<Database> {
  const database = await (dsn ? openServer(dsn, pool) : openInside(data));
  const forget = signal && onAbort(signal, () => void database.close());
  try {
    signal?.throwIfAborted();
    await ensureSchema(database);
    await database.query(mayRead);
    signal?.throwIfAborted();
    return database;
  } catch (error) {
    await database.close();
    signal?.throwIfAborted();
    throw new ExitError(1, `${database.name}: ${reasonOf(error)}`, { cause: error });
  } finally {
    forget?.();
  }
}

/** A role without the right to read the table is refused here, and not at each request. */
const mayRead = "select id, name, fav_dish, version from patron limit 0";

async function openServer(dsn: Dsn, pool: number): Promise<Database> {
  const { openPostgres } = await import("./postgres.js");
  return openPostgres(dsn, { pool });
}

async function openInside(data: string | undefined): Promise<Database> {
  const { openEmbedded } = await import("./embedded/open.js");
  return openEmbedded(data);
}

/** One line for the user. Errors that say nothing of the database are thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof Unavailable || error instanceof WrongTable) return error.message;
  const { name, message } = error as Error;
  const reason = whyUnavailable(error) ?? (name === "PostgresError" ? `the database says: ${message}` : undefined);
  if (reason === undefined) throw error;
  return reason;
}
