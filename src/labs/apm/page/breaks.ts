/** A line on the grid of seconds: a number, undefined without a sample (the line goes on), or null (it breaks). */
export type Line = (number | null | undefined)[];

/** A line of values, NaN for none. Breaks it at a silence above 3 s that is also above 2.5 times its usual distance. */
export function withBreaks(values: Float64Array): Line {
  const line: Line = Array.from(values, (value) => (Number.isNaN(value) ? undefined : value));
  const longest = Math.max(3, 2.5 * usualDistance(values));
  let last = -1;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === undefined) continue;
    if (last >= 0 && i - last > longest) line.fill(null, last + 1, i);
    last = i;
  }
  return line;
}

/** The median distance of two samples in seconds. */
function usualDistance(values: Float64Array): number {
  const distances: number[] = [];
  let last = -1;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    if (last >= 0) distances.push(i - last);
    last = i;
  });
  return distances.sort((a, b) => a - b)[distances.length >> 1] ?? 1;
}
