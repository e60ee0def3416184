import { ExitError } from "../../../concurrency/index.js";
import { type Database, Unavailable } from "../database.js";
import { whyUnavailable } from "../why-unavailable.js";

/** Statements beside the services. They reject with ExitError(1) if the database does not answer. */
export class Administrator {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async ask<Row>(statement: string, parameters: readonly string[] = []): Promise<Row[]> {
    try {
      return await this.#database.query<Row>(statement, parameters);
    } catch (error) {
      const reason = error instanceof Unavailable ? error.message : whyUnavailable(error);
      if (reason === undefined) throw error;
      throw new ExitError(1, `${this.#database.name}: ${reason}`);
    }
  }
}
