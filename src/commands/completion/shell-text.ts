import type { Catalogue } from "../kit/catalogue.js";

/** Text for a shell, in single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The words that follow the name of a group, with their summaries. "" is the program itself. */
export function wordsBelow(
  group: string,
  { commands, groups }: Catalogue,
): (readonly [word: string, summary: string])[] {
  const all = [...[...groups].map(([name, summary]) => ({ name, summary })), ...commands];
  const start = group === "" ? "" : `${group} `;
  const below = all.filter(({ name }) => name.startsWith(start) && !name.slice(start.length).includes(" "));
  return [
    ...below.map(({ name, summary }) => [name.slice(start.length), summary] as const),
    ["help", "Print the help"],
  ];
}
