import type { Chapters } from "./command-definition.js";

const helpWords = ["help", "--help", "-h"];

/**
 * The arguments that commander is to see:
 *
 * - `help` before, within or right behind a command's name, and `lab` or `lab apm` alone, become `--help`.
 * - `--help` before or within a name goes behind it: commander would print the help of the group.
 * - `version` becomes `--version`.
 * - A request for help with an unknown command is dropped, so that commander reports the command.
 */
export function normalize(argv: readonly string[], chapters: Chapters): readonly string[] {
  const names = Object.values(chapters).flatMap((entries) => entries.map(([name]) => name));
  const words: string[] = []; // of the command's name
  let asksForHelp = false;
  let at = 0;
  for (; at < argv.length && argv[at] !== "--" && !isComplete(words, names); at++) {
    const arg = argv[at] ?? "";
    if (helpWords.includes(arg)) asksForHelp = true;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  if (words[0] === "version") return ["--version"];
  if (argv[at] === "help") asksForHelp = true;
  const before = argv.slice(0, at).filter((arg) => !helpWords.includes(arg));
  const typed = [...before, ...argv.slice(at)];
  const isKnown = words.length === 0 || names.includes(words.join(" "));
  if (!isKnown) return typed.filter((arg) => arg !== "-h" && arg !== "--help");
  const isGroupAlone = typed.length === words.length && !isComplete(words, names);
  return asksForHelp || isGroupAlone ? [...before, "--help"] : typed;
}

/** Whether no other word can belong to the name: it is that of a command, or of none. */
function isComplete(words: readonly string[], names: readonly string[]): boolean {
  const name = words.join(" ");
  return words.length > 0 && !names.some((each) => each.startsWith(`${name} `));
}
