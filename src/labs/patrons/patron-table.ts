import type { Patron } from "./change.js";
import type { Database } from "./database.js";

export interface NewPatron {
  name: string;
  fav_dish: string;
}

/** The table has taken no row, though the statement was right. */
export class Skipped extends Error {}

interface Row {
  id: string;
  name: string | null;
  fav_dish: string | null;
  version: string;
}

/** Each text has a dot before it: the embedded database drops U+FEFF at the start of one. */
const columns = "id::text, '.' || name as name, '.' || fav_dish as fav_dish, version::text";

/** The statements on the table `patron`. An id is the text of a bigint. */
export class PatronTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async select(id: string): Promise<Patron | undefined> {
    return this.#one(`select ${columns} from patron where id = $1::bigint`, [id]);
  }

  /** Rejects with Skipped if a trigger or a rule of others takes no row. */
  async insert({ name, fav_dish }: NewPatron): Promise<Patron> {
    const statement = `insert into patron (name, fav_dish) values ($1::text, $2::text) returning ${columns}`;
    const patron = await this.#one(statement, [name, fav_dish]);
    if (!patron) throw new Skipped("the database skips it: a trigger or a rule of the table takes no row");
    return patron;
  }

  /** Undefined: there is no such row. */
  async update(id: string, { name, fav_dish }: NewPatron): Promise<Patron | undefined> {
    const statement = `update patron set name = $2::text, fav_dish = $3::text where id = $1::bigint returning ${columns}`;
    return this.#one(statement, [id, name, fav_dish]);
  }

  /** The row as it was. Undefined: there was none. */
  async delete(id: string): Promise<Patron | undefined> {
    return this.#one(`delete from patron where id = $1::bigint returning ${columns}`, [id]);
  }

  async #one(statement: string, parameters: readonly string[]): Promise<Patron | undefined> {
    const [row] = await this.#database.query<Row>(statement, parameters);
    if (!row) return undefined;
    const { id, name, fav_dish, version } = row;
    return { id, name: undot(name), fav_dish: undot(fav_dish), version: BigInt(version) };
  }
}

function undot(text: string | null): string | null {
  return text?.slice(1) ?? null;
}
