const requestsPerRetry = 10;
const mostOrigins = 4096;

/**
 * Keeps retries from becoming a second load on a server that is in trouble: per origin at most one retry for every
 * ten requests, though `least` in any case (the retry budget of Finagle and Envoy). It remembers 4,096 origins and forgets
 * the one it has known for longest when there are more.
 */
export class RetryBudget {
  readonly #least: number;
  readonly #origins = new Map<string, { requests: number; retries: number }>();

  constructor(least: number) {
    this.#least = least;
  }

  /** Say that a request goes to `origin`, for the first time. */
  request(origin: string): void {
    const known = this.#origins.get(origin);
    if (known) known.requests++;
    else this.#add(origin);
  }

  /** True if one more retry is within the budget, which it then uses up. */
  tryRetry(origin: string): boolean {
    const known = this.#origins.get(origin) ?? this.#add(origin);
    if (known.retries >= Math.max(this.#least, Math.floor(known.requests / requestsPerRetry))) return false;
    known.retries++;
    return true;
  }

  #add(origin: string): { requests: number; retries: number } {
    const [oldest] = this.#origins.keys();
    if (this.#origins.size === mostOrigins && oldest !== undefined) this.#origins.delete(oldest);
    const added = { requests: 1, retries: 0 };
    this.#origins.set(origin, added);
    return added;
  }
}
