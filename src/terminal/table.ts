import { cellsOf } from "./cells.js";

/** Rows of cells as lines with aligned columns. Columns align to the left; those in `right` (indexes) align to the right. */
export function table(
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly number[] } = {},
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cellsOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const rest = " ".repeat((widths[column] ?? 0) - cellsOf(cell));
        return right.includes(column) ? rest + cell : cell + rest;
      })
      .join("  ")
      .trimEnd(),
  );
}
