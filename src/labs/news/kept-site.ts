import { onAbort } from "../../concurrency/index.js";
import type { Reading, Site } from "./site.js";

const freshMs = 10_000; // an answer is kept for this time
const pageWaitsMs = 2000; // for a site that is being asked

/** Asks a site. Its scripts run at least for `waitMs`. */
export type Ask = (site: Site, waitMs: number) => Promise<Reading>;

/** A site is asked, or has answered. */
interface Asking {
  /** In milliseconds, whole seconds. */
  waitMs: number;
  askedAt: number;
  reading: Promise<Reading>;
}

/**
 * A site of a server. It is asked when somebody reads it, once at a time, and all readers share the answer for 10 s. A
 * reader whose scripts must run longer has it asked again. `now` is the clock (default: performance.now).
 */
export class KeptSite {
  readonly site: Site;
  readonly #ask: Ask;
  readonly #now: () => number;
  readonly #waiting = new Set<{ waitMs: number }>();
  #running: Asking | undefined;
  #kept: Asking | undefined;
  /** Its last answer. Undefined until then. */
  latest: Reading | undefined;

  constructor(site: Site, ask: Ask, now = () => performance.now()) {
    this.site = site;
    this.#ask = ask;
    this.#now = now;
  }

  /**
   * An answer of the last 10 s whose scripts ran for `waitMs` or longer; whole seconds, rounded up. Else the site is asked
   * once the running asking has ended, for all who wait by then. Rejects as `ask` does. Cancellation: rejects with
   * `signal.reason`; an asking that has begun goes on for others.
   */
  async get(waitMs = 0, signal?: AbortSignal): Promise<Reading> {
    const reader = { waitMs: Math.ceil(waitMs / 1000) * 1000 };
    this.#waiting.add(reader);
    try {
      for (;;) {
        const fitting = this.#fitting(reader.waitMs);
        if (fitting) return await untilAborted(fitting.reading, signal);
        const { reading } = this.#running ?? this.#start();
        await untilAborted(settled(reading), signal);
      }
    } finally {
      this.#waiting.delete(reader);
    }
  }

  /** How much longer a reader of several sites should wait for this one, in milliseconds. */
  get remainingMs(): number {
    return Math.max(0, (this.#running?.askedAt ?? this.#now()) + pageWaitsMs - this.#now());
  }

  #fitting(waitMs: number): Asking | undefined {
    const { askedAt = 0 } = this.#kept ?? {};
    const fresh = this.#now() < askedAt + freshMs ? this.#kept : undefined;
    return [fresh, this.#running].find((asking) => asking && asking.waitMs >= waitMs);
  }

  /** Ask with the longest time that somebody waits for. */
  #start(): Asking {
    const waitMs = Math.max(...[...this.#waiting].map((reader) => reader.waitMs));
    const asking = { waitMs, askedAt: this.#now(), reading: this.#ask(this.site, waitMs) };
    this.#running = asking;
    const end = () => {
      this.#running = undefined;
      this.#kept = asking;
    };
    asking.reading.then((reading) => {
      this.latest = reading;
      end();
    }, end);
    return asking;
  }
}

function settled(reading: Promise<unknown>): Promise<void> {
  return reading.then(
    () => {},
    () => {},
  );
}

/** The reading is shared, so it goes on for others. */
function untilAborted<T>(reading: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return reading;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    void reading.then(resolve, reject).finally(forget);
  });
}
