const levels = "▁▂▃▄▅▆▇█";

/**
 * Values as a line of bars, a character each: ▁ for 0, █ for the greatest value. More than `width` values (default:
 * Infinity) share characters, and the greatest of them is shown. Other values above 0 are never drawn as ▁.
 *
 * ```js
 * console.log(sparkline([0, 1, 4, 8])); // ▁▂▅█
 * ```
 */
export function sparkline(values: readonly number[], { width = Number.POSITIVE_INFINITY } = {}): string {
  const top = Math.max(0, ...values);
  const count = Math.min(values.length, Math.max(0, Math.floor(width)));
  const first = (cell: number) => Math.floor((cell * values.length) / count);
  const cells = Array.from({ length: count }, (_, i) => Math.max(...values.slice(first(i), first(i + 1))));
  return cells.map((value) => levels[levelOf(value, top)]).join("");
}

function levelOf(value: number, top: number): number {
  return value <= 0 ? 0 : Math.min(levels.length - 1, Math.ceil((value / top) * (levels.length - 1)));
}
