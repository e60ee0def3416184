import { type Item, itemAt } from "../items.js";

export interface Arrivals {
  /** The number of items that came. */
  received: number;
  /** The place of the first item that was not the expected one, from 0. null if there was none. */
  firstWrong: number | null;
}

/** Compares items with the order in which they were put. */
export class OrderCheck {
  readonly arrivals: Arrivals = { received: 0, firstWrong: null };

  see(item: Item): void {
    const place = this.arrivals.received++;
    if (!Object.is(item, itemAt(place))) this.arrivals.firstWrong ??= place;
  }
}
