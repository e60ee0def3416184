/** Cut text to at most `longest` UTF-16 code units. A cut text ends with `…`, and never with half a surrogate pair before it. */
export function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;
}
