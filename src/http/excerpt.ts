const longest = 80;
const longestLine = 200;
const halfCharacter = /[\ud800-\udbff]$/;

/** The beginning of a body for an error message: at most 80 bytes, on one line, what cannot be seen escaped. */
export function excerpt(body: Buffer): string {
  const text = plainlyVisible(JSON.stringify(body.subarray(0, longest).toString("utf8")));
  return body.length > longest ? `${text}…` : text;
}

/** A text as one line of at most 200 characters, what cannot be seen escaped. */
export function oneLine(text: string): string {
  const line = plainlyVisible(text.trim());
  return line.length > longestLine ? `${line.slice(0, longestLine - 1).replace(halfCharacter, "")}…` : line;
}

/** Control characters, and those that hide or reorder what stands beside them, written out as in JSON. */
function plainlyVisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
