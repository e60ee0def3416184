/** The work of the simulated service, as a worker module. */

/** The notes' `sum(range(n))`: keeps its thread busy. */
export function sumRange(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += i;
  return sum;
}
