const longest = 80;
const longestLine = 200;
const halfCharacter = /[\ud800-\udbff]$/;

/** The beginning of a body for an error message: at most 80 bytes, on one line, every control character escaped. */
export function excerpt(body: Buffer): string {
  const text = JSON.stringify(body.subarray(0, longest).toString("utf8"));
  return body.length > longest ? `${text}…` : text;
}

/** A text as one line of at most 200 characters, every control character escaped. */
export function oneLine(text: string): string {
  const line = text.trim().replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
  return line.length > longestLine ? `${line.slice(0, longestLine - 1).replace(halfCharacter, "")}…` : line;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
