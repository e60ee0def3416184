import type { WriteStream } from "node:tty";

const usual = 80;

/**
 * How many characters fit on a line: those of the terminal but the last, behind which the cursor would go on to the next
 * line. One that does not say how wide it is has 80. What is no terminal has no end of a line.
 */
export function lineWidth({ isTTY, columns }: Pick<WriteStream, "isTTY" | "columns">): number {
  return isTTY ? (columns || usual) - 1 : Number.POSITIVE_INFINITY;
}
