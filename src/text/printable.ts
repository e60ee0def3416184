/** Control characters, and those that reorder or hide text: what a stranger's text could play tricks on a terminal with. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Foreign text on one line of a terminal, with everything that is not plainly visible written as `\\u{…}`. */
export function printable(text: string): string {
  return text.replace(unprintable, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON with the same characters written `\\uXXXX`, so that it means the same. In JSON they stand in strings alone. */
export function printableJson(json: string): string {
  return json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
    char.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}
