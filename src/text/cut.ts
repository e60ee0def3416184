/** `text` in at most `longest` characters: where it has more, the last is `…`. None of them is half of one (a surrogate). */
export function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;
}
