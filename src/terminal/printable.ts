/** Control characters, and those that reorder or hide text: what a stranger's text could play tricks on a terminal with. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Foreign text on one line of a terminal, with everything that is not plainly visible written as `\\u{…}`. */
export function printable(text: string): string {
  return text.replace(unprintable, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
