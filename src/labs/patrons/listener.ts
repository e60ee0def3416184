import { isCancelled, onAbort, sleep, TimeoutError, timeout } from "../../concurrency/index.js";
import { parseChange } from "./change.js";
import type { Database, Listening } from "./database.js";
import { Echo } from "./echo.js";
import { Lease } from "./lease.js";
import { limits } from "./limits.js";
import type { PatronCache } from "./patron-cache.js";
import { allProtections, type Protections } from "./protections.js";
import { channel, ensureSchema } from "./schema.js";
import { whyUnavailable } from "./why-unavailable.js";

/** LISTEN has succeeded, but not even the first echo came. */
class Deaf extends Error {}

/** `deaf`: LISTEN succeeds, but no event comes. A pooler in transaction mode does that. */
export type ListenerState = "starting" | "listening" | "away" | "deaf";

/**
 * Keeps one connection that listens, and the cache right. The cache may be used while the lease holds: from the first echo
 * on a connection until it is lost, or an echo is late. It is cleared once LISTEN stands, so no gap is left.
 */
export class Listener {
  readonly lease = new Lease();
  readonly counts = { events: 0, foreign: 0, echoes: 0, lateEchoes: 0, connections: 0, lost: 0 };
  state: ListenerState = "starting";
  readonly #database: Database;
  readonly #cache: PatronCache;
  readonly #protections: Protections;
  readonly #onState: (state: ListenerState, reason?: string) => void;
  readonly #echo: Echo;

  constructor(
    database: Database,
    cache: PatronCache,
    { protections = allProtections, onState = () => {} }: ListenerOptions = {},
  ) {
    this.#database = database;
    this.#cache = cache;
    this.#protections = protections;
    this.#onState = onState;
    this.#echo = new Echo((payload, options) => database.notify(channel, payload, options));
  }

  /** Listen until `signal` aborts, over one connection after another. Rejects with `signal.reason`. */
  async run(signal: AbortSignal): Promise<never> {
    for (let failures = 0; ; ) {
      const before = this.counts.echoes;
      await this.#connection(signal).catch((error) => this.#failed(error, signal));
      failures = this.counts.echoes > before ? 0 : failures + 1;
      await sleep(Math.min(50 * 2 ** failures, limits.relistenMs), { signal });
    }
  }

  /** One connection, from LISTEN until it is lost or its echo is late. */
  async #connection(signal: AbortSignal): Promise<void> {
    const hear = (payload: string) => this.#hear(payload);
    const listening = await timeout(limits.queryMs, (own) => this.#database.listen(channel, hear, { signal: own }), {
      signal,
    });
    this.counts.connections++;
    const { bypass } = this.#protections;
    void listening.gone.then(() => bypass && this.lease.end());
    try {
      if (bypass) this.#cache.clear();
      if (this.counts.connections > 1) await this.#checkSchema(listening, signal);
      await (this.#protections.echo ? this.#echoes(listening, signal) : this.#withoutEcho(listening, signal));
    } finally {
      if (bypass) this.lease.end();
      await listening.close();
    }
  }

  /** Another program may have dropped the table meanwhile. The pool may be full of readers, so it is not asked. */
  async #checkSchema(listening: Listening, signal: AbortSignal): Promise<void> {
    await timeout(
      limits.queryMs,
      (own) => ensureSchema(this.#database, { query: (statement) => listening.query(statement, { signal: own }) }),
      { signal },
    );
  }

  /** Renew the lease with each echo. Returns when the connection is lost. Rejects when an echo is late. */
  async #echoes(listening: Listening, signal: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const forget = onAbort(signal, () => lost.abort(signal.reason));
    void listening.gone.then(() => lost.abort());
    try {
      for (let isFirst = true; ; isFirst = false) {
        const sentAt = performance.now();
        await this.#echoOnce(isFirst, lost.signal);
        lost.signal.throwIfAborted(); // the echo may have come just before the loss
        this.lease.renew(sentAt + limits.echoMs + limits.echoLateMs);
        this.#enter("listening");
        await sleep(Math.max(0, sentAt + limits.echoMs - performance.now()), { signal: lost.signal });
      }
    } finally {
      forget();
    }
  }

  async #echoOnce(isFirst: boolean, signal: AbortSignal): Promise<void> {
    try {
      await timeout(limits.echoLateMs, (own) => this.#echo.roundTrip(own), { signal });
      this.counts.echoes++;
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      this.counts.lateEchoes++;
      if (isFirst && this.#echo.wasSent) throw new Deaf("no echo has come", { cause: error });
      this.#database.dropIdle();
      throw error;
    }
  }

  async #withoutEcho(listening: Listening, signal: AbortSignal): Promise<void> {
    this.lease.renew(Number.POSITIVE_INFINITY);
    this.#enter("listening");
    await Promise.race([listening.gone, sleep(Number.POSITIVE_INFINITY, { signal })]);
  }

  #failed(error: unknown, signal: AbortSignal): void {
    if (isCancelled(error, signal)) throw error;
    this.counts.lost++;
    const isDeaf = error instanceof Deaf;
    if (isDeaf) this.#database.forgetPrepared();
    this.#enter(isDeaf ? "deaf" : "away", reasonOf(error));
  }

  #hear(payload: string): void {
    const change = parseChange(payload);
    if (!change) this.counts.foreign++;
    else if (change.type === "echo") this.#echo.hear(change.token);
    else {
      this.counts.events++;
      this.#cache.apply(change);
    }
  }

  #enter(state: ListenerState, reason?: string): void {
    if (this.state === state) return;
    this.state = state;
    this.#onState(state, reason);
  }
}

export interface ListenerOptions {
  protections?: Protections;
  /** Called at each change of the state, with the reason of a loss. */
  onState?: (state: ListenerState, reason?: string) => void;
}

/** One line for the operator. A connection that was lost without an error has none. */
function reasonOf(error: unknown): string | undefined {
  const { name, message } = error as Error;
  if (error instanceof TimeoutError) return "an echo is late";
  return name === "AbortError" ? undefined : (whyUnavailable(error) ?? message);
}
