const mostLimits = 1000;

/** One bucket of tokens for each rate: a request takes a token, and `perSecond` of them come back each second. */
export class RateLimits {
  readonly #buckets = new Map<number, { tokens: number; at: number }>();

  /** Take a token. False if there is none. A full bucket has a tenth of a second's tokens, at least one. */
  take(perSecond: number): boolean {
    const now = performance.now();
    const most = Math.max(1, perSecond / 10);
    const { tokens, at } = this.#buckets.get(perSecond) ?? this.#fresh(most, now);
    const left = Math.min(most, tokens + ((now - at) * perSecond) / 1000);
    this.#buckets.set(perSecond, { tokens: left < 1 ? left : left - 1, at: now });
    return left >= 1;
  }

  /** Beyond 1,000 rates the oldest is forgotten. */
  #fresh(tokens: number, at: number): { tokens: number; at: number } {
    const [oldest] = this.#buckets.size === mostLimits ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
    return { tokens, at };
  }
}
