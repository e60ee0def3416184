import type { PGlite } from "@electric-sql/pglite";
import { Semaphore } from "../../../concurrency/index.js";
import { type Database, type Listening, Unavailable } from "../database.js";
import { limits } from "../limits.js";

/** A Database in this process. It has one session: queries wait in turn, at most 1,000 of them, and events come to it. */
export class PGliteDatabase implements Database {
  readonly name: string;
  readonly #pg: PGlite;
  readonly #release: () => Promise<void>;
  readonly #session = new Semaphore(1);
  readonly #listening = new Set<Listening>();
  #queries = 0;
  #refused = 0;
  #closing: Promise<void> | undefined;

  /** `release` is called once it is closed. */
  constructor(pg: PGlite, { name, release }: { name: string; release: () => Promise<void> }) {
    this.name = name;
    this.#pg = pg;
    this.#release = release;
  }

  get load() {
    return { queries: this.#queries, waiting: this.#session.waiting, refused: this.#refused };
  }

  query<Row>(statement: string, parameters: readonly string[] = []): Promise<Row[]> {
    return this.#inTurn(async () => (await this.#pg.query<Row>(statement, [...parameters])).rows);
  }

  script(statements: string): Promise<void> {
    return this.#inTurn(() => this.#pg.transaction(async (own) => void (await own.exec(statements))));
  }

  /** Sessions do not get lost here, so `gone` waits for close(). */
  async listen(channel: string, onPayload: (payload: string) => void): Promise<Listening> {
    const unlisten = await this.#inTurn(() => this.#pg.listen(`"${channel}"`, onPayload));
    let markGone = () => {};
    const gone = new Promise<void>((resolve) => {
      markGone = resolve;
    });
    const listening: Listening = {
      gone,
      query: (statement) => this.query(statement),
      close: async () => {
        markGone();
        if (this.#listening.delete(listening)) await unlisten();
      },
    };
    this.#listening.add(listening);
    return listening;
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.#inTurn(() => this.#pg.query("select pg_notify($1, $2)", [channel, payload]));
  }

  /** There is no pooler in between. */
  forgetPrepared(): void {}

  dropIdle(): void {}

  /** Waits for the query that runs, and lets the server write its files. Those that wait reject. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await undefined; // until #closing is set
    await Promise.all([...this.#listening].map((each) => each.close()));
    await this.#session.use(() => this.#pg.close());
    await this.#release();
  }

  /** A query waits for at most 2 s. One that runs blocks this process anyway, so its own time has no limit. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#session.waiting >= limits.waiting) {
      this.#refused++;
      throw new Unavailable(`${limits.waiting} queries wait for the database`);
    }
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooLate()), limits.queryMs);
    const begin = () => {
      clearTimeout(timer);
      if (this.#closing) throw new Unavailable("the database is closed");
      this.#queries++;
      return work();
    };
    try {
      return await this.#session.use(begin, { signal: late.signal });
    } catch (error) {
      if (late.signal.aborted) this.#refused++;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function tooLate(): Unavailable {
  return new Unavailable(`the database has not been free for ${limits.queryMs / 1000} s`);
}
