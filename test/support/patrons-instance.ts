import { isCancelled } from "../../src/concurrency/index.js";
import type { Database } from "../../src/labs/patrons/database.js";
import { parseDsn } from "../../src/labs/patrons/dsn.js";
import { openDatabase } from "../../src/labs/patrons/open-database.js";
import { type CacheState, PatronsService } from "../../src/labs/patrons/patrons-service.js";
import { allProtections, type Protections } from "../../src/labs/patrons/protections.js";
import { HeldDatabase } from "./held-database.js";
import { noPglite } from "./pglite.js";
import { noPostgres, type Postgres } from "./postgres.js";
import { until } from "./until.js";

/** An instance of the service without HTTP, whose database a test can hold up. */
export interface Instance {
  service: PatronsService;
  database: HeldDatabase;
  /** Read a patron: its dish, and the way it came. */
  dish(id: string): Promise<[dish: string | undefined, cache: CacheState]>;
}

/** The kinds of database that a test can run on, each opened with an empty table. */
export type OpenDatabase = () => Promise<Database>;

/** Open a database of a real server with the table of patrons. */
export async function openOn(dsn: string, pool = 4): Promise<Database> {
  const parsed = parseDsn(dsn);
  if (typeof parsed === "string") throw new Error(parsed);
  return openDatabase({ dsn: parsed, pool });
}

export function onServer(postgres: Postgres): OpenDatabase {
  return async () => openOn(await postgres.dsn());
}

/** Both kinds of database. `skip` is the reason why one cannot be tried here. `rounds` is the number of repetitions. */
export function bothKinds(postgres: Postgres) {
  return [
    { on: "on a server", skip: noPostgres, open: onServer(postgres), rounds: 10 },
    { on: "on the embedded database", skip: noPglite, open: () => openDatabase({ pool: 1 }), rounds: 2 },
  ];
}

/** Start an instance over a database that it owns. It counts as started once it listens. */
export type Start = (inner: Database, without?: Partial<Protections>) => Promise<Instance>;

/** Run `work`, then end all instances that it has started, and close their databases. */
export async function withInstances<T>(work: (start: Start) => Promise<T>): Promise<T> {
  const ends: (() => Promise<void>)[] = [];
  try {
    return await work(async (inner, without) => {
      const { instance, end } = run(inner, without);
      ends.push(end);
      await until("the first LISTEN", () => instance.service.listener.state === "listening");
      return instance;
    });
  } finally {
    await Promise.all(ends.map((end) => end()));
  }
}

function run(inner: Database, without: Partial<Protections> = {}): { instance: Instance; end: () => Promise<void> } {
  const database = new HeldDatabase(inner);
  const service = new PatronsService(database, { cacheSize: 100, protections: { ...allProtections, ...without } });
  const controller = new AbortController();
  const running = service.listener.run(controller.signal).catch((error) => {
    if (!isCancelled(error, controller.signal)) throw error;
  });
  const dish = async (id: string): Promise<[string | undefined, CacheState]> => {
    const { json, cache } = await service.read(id);
    return [json && JSON.parse(json).fav_dish, cache];
  };
  const end = async () => {
    controller.abort();
    await running;
    await database.close();
  };
  return { instance: { service, database, dish }, end };
}
