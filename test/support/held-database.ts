import type { Abortable } from "../../src/concurrency/index.js";
import type { Database, Listening } from "../../src/labs/patrons/database.js";
import { type Latch, latch } from "./latch.js";

/** One call that a test holds up. */
export interface Held {
  /** Resolves once the call has its answer, which is held back from then on. */
  readonly answered: Promise<void>;
  release(): void;
}

interface Hold {
  matches: RegExp;
  answered: Latch;
  released: Latch;
}

/** A database whose answers a test can hold up, to force the order of events. Everything else passes through. */
export class HeldDatabase implements Database {
  readonly #inner: Database;
  readonly #holds: Hold[] = [];
  /** LISTEN succeeds, but no event comes. */
  isDeaf = false;

  constructor(inner: Database) {
    this.#inner = inner;
  }

  get name() {
    return this.#inner.name;
  }

  get load() {
    return this.#inner.load;
  }

  /** Hold the answer of the next statement that matches. `listen` is LISTEN. */
  holdNext(matches: RegExp): Held {
    const hold = { matches, answered: latch(), released: latch() };
    this.#holds.push(hold);
    return { answered: hold.answered.passed, release: () => hold.released.open() };
  }

  async query<Row>(statement: string, parameters?: readonly string[]): Promise<Row[]> {
    const hold = this.#holdFor(statement);
    const rows = await this.#inner.query<Row>(statement, parameters);
    await wait(hold);
    return rows;
  }

  script(statements: string): Promise<void> {
    return this.#inner.script(statements);
  }

  async listen(channel: string, onPayload: (payload: string) => void, options?: Abortable): Promise<Listening> {
    const hold = this.#holdFor("listen");
    const listening = await this.#inner.listen(channel, (payload) => this.isDeaf || onPayload(payload), options);
    await wait(hold);
    return listening;
  }

  notify(channel: string, payload: string, options?: Abortable): Promise<void> {
    return this.#inner.notify(channel, payload, options);
  }

  forgetPrepared(): void {
    this.#inner.forgetPrepared();
  }

  dropIdle(): void {
    this.#inner.dropIdle();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #holdFor(statement: string): Hold | undefined {
    const at = this.#holds.findIndex(({ matches }) => matches.test(statement));
    return at < 0 ? undefined : this.#holds.splice(at, 1)[0];
  }
}

async function wait(hold: Hold | undefined): Promise<void> {
  hold?.answered.open();
  await hold?.released.passed;
}
