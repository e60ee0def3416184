import { hash } from "node:crypto";

/**
 * How often each of up to `limit` names came; at the limit, the one that first came longest ago is forgotten for a new
 * one. A name is known by 48 bits of its hash, so that memory depends on `limit` and not on how long names are. Two names
 * with the same bits, one chance in a hundred thousand among 65,536 names, are counted as one.
 */
export class Visits {
  readonly #limit: number;
  readonly #counts = new Map<number, number>();
  /** Kept, for a new one would step over everything deleted since the map last grew: 40 µs instead of 1 at 65,536 names. */
  readonly #oldestFirst = this.#counts.keys();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** One more visit: which it is, from 1. */
  count(name: string): number {
    const key = fingerprint(name);
    const before = this.#counts.get(key) ?? 0;
    if (before === 0 && this.#counts.size === this.#limit) this.#forgetOldest();
    this.#counts.set(key, before + 1);
    return before + 1;
  }

  #forgetOldest(): void {
    const { value } = this.#oldestFirst.next();
    if (value !== undefined) this.#counts.delete(value);
  }
}

/** The same in each life: what fails must not depend on the process. */
function fingerprint(name: string): number {
  return Number.parseInt(hash("sha1", name).slice(0, 12), 16);
}
