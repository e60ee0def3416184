import stringWidth from "string-width";

const narrow = /^[\x20-\x7e]*$/; // each character takes one cell
const characters = new Intl.Segmenter();

/** The number of cells that text takes on a terminal: two for `漢`, none for an accent on the letter before it. */
export function cellsOf(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}

/** Cut text to at most `longest` cells of a terminal. A cut text ends with `…`, and never within a character. */
export function fit(text: string, longest: number): string {
  if (narrow.test(text)) return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  let [cells, end] = [0, 0];
  for (const { segment, index } of characters.segment(text)) {
    cells += cellsOf(segment);
    if (cells > longest) return `${text.slice(0, end)}…`;
    if (cells < longest) end = index + segment.length;
  }
  return text;
}
