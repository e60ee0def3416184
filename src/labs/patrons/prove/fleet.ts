import type { NetConnectOpts } from "node:net";
import { join } from "node:path";
import type { Database } from "../database.js";
import type { Dsn } from "../dsn.js";
import { openDatabase } from "../open-database.js";
import { TcpPath } from "./tcp-path.js";

const slowMs = 100; // added to the answers of the slow path

/** The databases of the instances, and the paths through which two of them reach the server. */
export interface Fleet {
  /**
   * One for each instance. The first listens over a path that can be frozen. The last has a slow path for its queries, so
   * that events overtake them.
   */
  databases: Database[];
  /** For statements beside the services. */
  administrator: Database;
  freezeFirst(): void;
  close(): Promise<void>;
}

/** Open the databases of `instances` instances, with `pool` connections each. Rejects as openDatabase() does. */
export async function openFleet(dsn: Dsn, { instances, pool }: { instances: number; pool: number }): Promise<Fleet> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(each: T): T => {
    opened.unshift(each); // paths are closed after what goes through them
    return each;
  };
  const close = async () => {
    for (const each of opened) await each.close();
  };
  try {
    const direct = async () => keep(await openDatabase({ dsn, pool }));
    const by = async (path: TcpPath) => keep(await openDatabase({ dsn: through(dsn, path), pool }));
    const fragile = keep(await TcpPath.open(targetOf(dsn)));
    const slow = keep(await TcpPath.open(targetOf(dsn), { delayMs: slowMs }));
    const databases: Database[] = [listeningBy(await direct(), await by(fragile))];
    while (databases.length < instances - 1) databases.push(await direct());
    databases.push(listeningBy(await by(slow), await direct()));
    const administrator = await direct();
    return { databases, administrator, freezeFirst: () => void fragile.freeze(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The database of `queries`, which listens by the connections of `listener`. */
function listeningBy(queries: Database, listener: Database): Database {
  return {
    name: queries.name,
    get load() {
      return queries.load;
    },
    query: (statement, parameters) => queries.query(statement, parameters),
    script: (statements) => queries.script(statements),
    listen: (channel, onPayload, options) => listener.listen(channel, onPayload, options),
    notify: (channel, payload, options) => queries.notify(channel, payload, options),
    forgetPrepared: () => queries.forgetPrepared(),
    dropIdle: () => queries.dropIdle(),
    close: () => queries.close(),
  };
}

function through(dsn: Dsn, { port }: TcpPath): Dsn {
  return { ...dsn, host: "127.0.0.1", port, serverName: dsn.host ?? defaultHost() };
}

function defaultHost(): string {
  return process.env.PGHOST ?? "localhost";
}

function targetOf({ host = defaultHost(), port = Number(process.env.PGPORT ?? 5432) }: Dsn): NetConnectOpts {
  return host.startsWith("/") ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port };
}
