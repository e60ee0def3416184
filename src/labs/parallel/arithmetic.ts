/** A range of the array, from `from` up to, but without, `to`. */
export interface Part {
  from: number;
  to: number;
}

const rounds = 64; // of xorshift a number: far more arithmetic than memory traffic

/** The array of every way: the numbers from 1 to `size`, four bytes each, in memory that threads can share. */
export function sharedNumbers(size: number): Int32Array<SharedArrayBuffer> {
  const numbers = new Int32Array(new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT));
  for (let place = 0; place < size; place++) numbers[place] = place + 1;
  return numbers;
}

/**
 * The arithmetic of every way: scramble each number of a part, and add up the results modulo 2^32. Whole numbers have the
 * same sum in any order.
 */
export function checksum(numbers: Int32Array, { from, to }: Part): number {
  let sum = 0;
  for (let place = from; place < to; place++) {
    let number = numbers[place] ?? 0;
    for (let round = 0; round < rounds; round++) {
      number ^= number << 13;
      number ^= number >>> 17;
      number ^= number << 5;
    }
    sum = (sum + number) | 0;
  }
  return sum;
}

/** The sum of parts, modulo 2^32, without a sign. */
export function total(sums: readonly number[]): number {
  return sums.reduce((all, sum) => (all + sum) | 0, 0) >>> 0;
}

/** A range in `count` parts of about the same length, none of them empty. */
export function partsOf({ from, to }: Part, count: number): Part[] {
  const most = Math.min(count, to - from);
  const edge = (index: number) => from + Math.floor(((to - from) * index) / most);
  return Array.from({ length: most }, (_, index) => ({ from: edge(index), to: edge(index + 1) }));
}
