const half = 1024; // steps for each doubling: a value is known to less than a thousandth

/**
 * Counts of whole numbers up to 2^36, exact up to 2047 and else within a thousandth, as in HdrHistogram. Memory does not
 * depend on the number of values: 112 KiB. Larger values count as 2^36.
 */
export class LogHistogram {
  count = 0;
  readonly #counts = new Uint32Array(27 * half + half);

  /** Count a positive whole number. */
  record(value: number): void {
    this.count++;
    const at = Math.min(placeOf(value), this.#counts.length - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** The value at `rank` of all in rising order, from 1. It is the largest one that counts as the same. */
  atRank(rank: number): number {
    let seen = 0;
    let at = 0;
    while (at < this.#counts.length - 1) {
      seen += this.#counts[at] ?? 0;
      if (seen >= rank) break;
      at++;
    }
    return largestAt(at);
  }
}

/** Values with the same exponent share 1024 places, of which the first stands for the smallest value. */
function placeOf(value: number): number {
  if (value < 2 * half) return value;
  const exponent = Math.floor(Math.log2(value)) - 10;
  return exponent * half + Math.floor(value / 2 ** exponent);
}

function largestAt(place: number): number {
  if (place < 2 * half) return place;
  const exponent = Math.floor(place / half) - 1;
  return (place - exponent * half + 1) * 2 ** exponent - 1;
}
