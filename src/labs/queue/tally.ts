import { type Item, indexOf } from "../items.js";

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
