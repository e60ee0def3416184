/**
 * `text` as lines of at most `width` characters, all but the first behind `indent`. Lines break at double spaces if there are
 * any, else at single ones, and never within a word: a longer word gets a line of its own.
 */
export function fold(text: string, width: number, indent = ""): string[] {
  const gap = text.includes("  ") ? "  " : " ";
  const lines: string[] = [];
  let line: string | undefined;
  for (const part of text.split(gap)) {
    const longer: string = line === undefined ? part : `${line}${gap}${part}`;
    if (line !== undefined && longer.length > width) {
      lines.push(line);
      line = `${indent}${part}`;
    } else line = longer;
  }
  return [...lines, line ?? ""];
}
