/** How often each of up to `limit` names came; at the limit, the one that first came longest ago is forgotten for a new one. */
export class Visits {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** One more visit: which it is, from 1. */
  count(name: string): number {
    const before = this.#counts.get(name) ?? 0;
    const [oldest] = before === 0 && this.#counts.size === this.#limit ? this.#counts.keys() : [];
    if (oldest !== undefined) this.#counts.delete(oldest);
    this.#counts.set(name, before + 1);
    return before + 1;
  }
}
