const requestsPerRetry = 10;
const mostOrigins = 4096;

interface Requests {
  requests: number;
  retries: number;
  /** The time of the first one, on the clock of performance.now(). */
  since: number;
}

/**
 * Limits the retries per origin to a tenth of its requests, or to `least` if that is more. This keeps retries from
 * being a second load on a server in trouble, like the retry budgets of Finagle and Envoy. Beyond 4,096 origins the
 * oldest is forgotten.
 */
export class RetryBudget {
  readonly #least: number;
  readonly #origins = new Map<string, Requests>();

  constructor(least: number) {
    this.#least = least;
  }

  /** Count a request to `origin`. Its retries are not counted here. */
  request(origin: string): void {
    const known = this.#origins.get(origin);
    if (known) known.requests++;
    else this.#add(origin);
  }

  /** Use one retry of the budget. False if the budget is used up. */
  tryRetry(origin: string): boolean {
    const known = this.#origins.get(origin) ?? this.#add(origin);
    if (known.retries >= Math.max(this.#least, Math.floor(known.requests / requestsPerRetry))) return false;
    known.retries++;
    return true;
  }

  /** Requests to `origin` per second since its first one, in a second at least. */
  rateOf(origin: string): number {
    const known = this.#origins.get(origin);
    return known ? (known.requests * 1000) / Math.max(1000, performance.now() - known.since) : 1;
  }

  #add(origin: string): Requests {
    const [oldest] = this.#origins.keys();
    if (this.#origins.size === mostOrigins && oldest !== undefined) this.#origins.delete(oldest);
    const added = { requests: 1, retries: 0, since: performance.now() };
    this.#origins.set(origin, added);
    return added;
  }
}
