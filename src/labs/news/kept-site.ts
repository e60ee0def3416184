import { Shared } from "./shared.js";
import type { Reading, Site } from "./site.js";

const freshMs = 10_000; // a site is asked at most once in this time
const patienceMs = 2000; // for a site that is being asked

/** Asks a site. Its scripts run at least for `waitMs`. */
export type Ask = (site: Site, waitMs: number) => Promise<Reading>;

/** A site of a server. It is asked when somebody reads it, at most once in 10 s, and all readers share the answer. */
export class KeptSite {
  readonly site: Site;
  readonly #ask: Ask;
  #waitMs = 0;
  #shared: Shared<Reading>;
  #askedAt = 0;
  /** Its last answer. Undefined until then. */
  latest: Reading | undefined;

  constructor(site: Site, ask: Ask) {
    this.site = site;
    this.#ask = ask;
    this.#shared = this.#sharedFor(0);
  }

  /** An answer of the last 10 s. It is asked again if its scripts ran for less than `waitMs`. Rejects as `ask` does. */
  get(waitMs = 0): Promise<Reading> {
    if (waitMs > this.#waitMs) {
      this.#waitMs = waitMs;
      this.#shared = this.#sharedFor(waitMs);
    }
    return this.#shared.get();
  }

  /** How much longer a reader of several sites should wait for this one, in milliseconds. */
  get patience(): number {
    return Math.max(0, this.#askedAt + patienceMs - performance.now());
  }

  #sharedFor(waitMs: number): Shared<Reading> {
    return new Shared(async () => {
      this.#askedAt = performance.now();
      this.latest = await this.#ask(this.site, waitMs);
      return this.latest;
    }, freshMs);
  }
}
