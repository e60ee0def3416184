/** Any value is an item. The first four of a load are falsy: a loop that tests its items for truth would end there. */
export type Item = number | string | boolean | null;

export const falsyItems: readonly Item[] = [0, "", null, false];

/** The item with the index `n`, from 0. No two items are equal. */
export function itemAt(n: number): Item {
  return n < falsyItems.length ? (falsyItems[n] as Item) : n;
}

/** The index of an item of itemAt(). */
export function indexOf(item: Item): number {
  return typeof item === "number" ? item : falsyItems.indexOf(item);
}

/** How often each item of a load was handled: one byte an item. */
export class Tally {
  readonly #times: Uint8Array;
  /** Handled so far, an item that came again included. */
  handled = 0;

  constructor(items: number) {
    this.#times = new Uint8Array(items);
  }

  count(item: Item): void {
    this.handled++;
    const n = indexOf(item);
    this.#times[n] = Math.min(2, (this.#times[n] ?? 0) + 1); // from two on it is "again"
  }

  /** The number of items that were handled never, once, and again. */
  get result(): { never: number; once: number; again: number } {
    const [never = 0, once = 0, again = 0] = this.#times.reduce<number[]>(
      (counts, times) => {
        counts[times] = (counts[times] ?? 0) + 1;
        return counts;
      },
      [0, 0, 0],
    );
    return { never, once, again };
  }
}
