import { Semaphore, TimeoutError, timeout } from "../../concurrency/index.js";
import { type DatabaseLoad, Unavailable } from "./database.js";
import { limits } from "./limits.js";
import type { PostgresConnection } from "./postgres-connection.js";

/**
 * At most `size` connections, each with one query at a time. Queries beyond that wait in turn, up to 1,000 of them, and
 * each for 2 s at most, with its own time included. A connection that does not answer in time is cut.
 */
export class ConnectionPool {
  readonly #open: () => PostgresConnection;
  readonly #slots: Semaphore;
  readonly #idle: PostgresConnection[] = [];
  readonly #busy = new Set<PostgresConnection>();
  #isClosed = false;
  #queries = 0;
  #refused = 0;

  constructor(size: number, open: () => PostgresConnection) {
    this.#open = open;
    this.#slots = new Semaphore(size);
  }

  get load(): DatabaseLoad {
    return { queries: this.#queries, waiting: this.#slots.waiting, refused: this.#refused };
  }

  /** Run `work` with a free connection. Rejects with Unavailable if none gets free, or if `work` takes too long. */
  async use<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.#slots.available === 0 && this.#slots.waiting >= limits.waiting) {
      this.#refused++;
      throw new Unavailable(`${limits.waiting} queries wait for a connection`);
    }
    try {
      return await timeout(limits.queryMs, (signal) => this.#slots.use(() => this.#run(work, signal), { signal }));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      this.#refused++;
      throw new Unavailable(`the database has not answered in ${limits.queryMs / 1000} s`, { cause: error });
    }
  }

  /** Cut the connections that no query uses. */
  dropIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** Say goodbye on idle connections, and cut the others. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#busy) connection.destroy();
    await Promise.all(this.#idle.splice(0).map((connection) => connection.end()));
  }

  async #run<T>(work: (connection: PostgresConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#isClosed) throw new Unavailable("the database is closed");
    const connection = this.#take();
    const cut = () => connection.destroy(signal.reason);
    this.#queries++;
    this.#busy.add(connection);
    signal.addEventListener("abort", cut, { once: true });
    try {
      return await work(connection);
    } finally {
      signal.removeEventListener("abort", cut);
      this.#busy.delete(connection);
      if (!connection.isGone) this.#idle.push(connection);
    }
  }

  /** The connection that was used last, since the server may have closed the others. */
  #take(): PostgresConnection {
    for (let each = this.#idle.pop(); each; each = this.#idle.pop()) if (!each.isGone) return each;
    return this.#open();
  }
}
