import type { WriteStream } from "node:tty";

const usualColumns = 80;

/**
 * The most characters that fit on a line of a stream. On a terminal it is one less than its columns: after the last
 * column, the cursor would move to the next line. A terminal without a known width has 80 columns. Any other stream has no
 * limit: Infinity.
 */
export function lineWidth({ isTTY, columns }: Pick<WriteStream, "isTTY" | "columns">): number {
  return isTTY ? (columns || usualColumns) - 1 : Number.POSITIVE_INFINITY;
}
