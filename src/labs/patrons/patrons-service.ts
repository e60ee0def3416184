import { clearPayload } from "./change.js";
import type { Database } from "./database.js";
import { Listener, type ListenerOptions } from "./listener.js";
import { entryOf, PatronCache } from "./patron-cache.js";
import { type NewPatron, PatronTable } from "./patron-table.js";
import { allProtections } from "./protections.js";
import { channel } from "./schema.js";

/** Where the row of a GET came from. `bypass`: the cache may not be used now. */
export type CacheState = "hit" | "miss" | "bypass";

export interface Found {
  /** The body of the reply. Undefined: there is no such patron. */
  json: string | undefined;
  cache: CacheState;
}

export interface PatronsOptions extends ListenerOptions {
  cacheSize: number;
}

/** Reads and writes patrons, through the cache where it may be used. A write corrects the own cache at once. */
export class PatronsService {
  readonly reads = { hit: 0, miss: 0, bypass: 0 };
  readonly cache: PatronCache;
  readonly listener: Listener;
  readonly database: Database;
  readonly #table: PatronTable;

  constructor(database: Database, { cacheSize, protections = allProtections, ...rest }: PatronsOptions) {
    this.database = database;
    this.cache = new PatronCache({ size: cacheSize, versions: protections.versions });
    this.listener = new Listener(database, this.cache, { protections, ...rest });
    this.#table = new PatronTable(database);
  }

  /** The state that read() would return for a row that is not in memory. */
  get missState(): CacheState {
    return this.listener.lease.holds ? "miss" : "bypass";
  }

  /** A hit returns at once, without a promise. */
  read(id: string): Found | Promise<Found> {
    if (!this.listener.lease.holds) return this.#readAround(id);
    const entry = this.cache.get(id);
    if (!entry) return this.#readThrough(id);
    this.reads.hit++;
    return { json: entry.json, cache: "hit" };
  }

  /** Returns the id of the new patron. */
  async create(patron: NewPatron): Promise<string> {
    const { id, version } = await this.#table.insert(patron);
    this.cache.apply({ type: "row", id, version });
    return id;
  }

  /** Returns false if there is no such patron. */
  async replace(id: string, values: NewPatron): Promise<boolean> {
    const patron = await this.#table.update(id, values);
    if (patron) this.cache.apply({ type: "row", id, version: patron.version, patron });
    return patron !== undefined;
  }

  /** Returns false if there is no such patron. */
  async delete(id: string): Promise<boolean> {
    const patron = await this.#table.delete(id);
    if (patron) this.cache.apply({ type: "deleted", id, version: patron.version + 1n });
    return patron !== undefined;
  }

  /** Clear the own cache at once, and those of all other instances by an event. */
  async clearEverywhere(): Promise<void> {
    this.cache.clear();
    await this.database.query("select pg_notify($1, $2)", [channel, clearPayload]);
  }

  async #readAround(id: string): Promise<Found> {
    this.reads.bypass++;
    const patron = await this.#table.select(id);
    return { json: patron && entryOf(patron).json, cache: "bypass" };
  }

  async #readThrough(id: string): Promise<Found> {
    this.reads.miss++;
    const entry = await this.cache.fill(id, () => this.#table.select(id));
    return { json: entry?.json, cache: "miss" };
  }
}
