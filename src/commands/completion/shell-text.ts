import type { CataloguedCommand } from "../kit/catalogue.js";

/** Text for a shell, in single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The next words of the names that begin with the words of `group`, each once. "" is the begin of all names. */
export function wordsBelow(group: string, commands: readonly CataloguedCommand[]): string[] {
  const start = group === "" ? "" : `${group} `;
  const below = commands.filter(({ name }) => name.startsWith(start));
  return [...new Set(below.map(({ name }) => name.slice(start.length).split(" ")[0] ?? ""))];
}

/** The first words of all names of several words. */
export function groupsOf(commands: readonly CataloguedCommand[]): string[] {
  return [...new Set(commands.filter(({ name }) => name.includes(" ")).map(({ name }) => name.split(" ")[0] ?? ""))];
}
