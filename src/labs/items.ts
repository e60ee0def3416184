/** Any value is an item. The first four of a load are falsy: a loop that tests its items for truth ends there. */
export type Item = number | string | boolean | null;

const falsyItems: readonly Item[] = [0, "", null, false];

/** The item with the index `n`, from 0. No two items are equal. */
export function itemAt(n: number): Item {
  return n < falsyItems.length ? (falsyItems[n] as Item) : n;
}

/** The index of an item of itemAt(). */
export function indexOf(item: Item): number {
  return typeof item === "number" ? item : falsyItems.indexOf(item);
}
