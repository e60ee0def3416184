import type { Catalogue, CataloguedCommand, CataloguedOption, Value } from "../kit/catalogue.js";
import { groupsOf, wordsBelow } from "./shell-text.js";

/** The completion script for fish, from version 3 on. */
export function fish({ commands, globals }: Catalogue): string {
  const groups = groupsOf(commands);
  return `# fish completion for lab, made by: lab completion fish
function __lab_words --description 'The words before the cursor, without lab and its options'
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        test $word = --; and return
        string match -q -- '-*' $word; or echo $word
    end
end

function __lab_name --description 'The name of the command that is typed'
    set -l words (__lab_words)
    test "$words[1]" = help; and set -e words[1]
    contains -- "$words[1]" ${groups.join(" ")}; and echo "$words[1..2]"; or echo "$words[1]"
end

function __lab_is
    test (string trim -- (__lab_name)) = "$argv"
end

function __lab_after_dashes
    contains -- -- (commandline -opc)
end

function __lab_rest --description 'Completions of the command line after --'
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c lab -f
${["", ...groups].map((group) => groupLines(group, commands)).join("")}${globals.map((option) => optionLine("not __lab_after_dashes", option)).join("")}${commands.map(commandLines).join("")}complete -c asyncio-lab -w lab`;
}

function groupLines(group: string, commands: readonly CataloguedCommand[]): string {
  const lines = wordsBelow(group, commands).map((word) => {
    const full = group === "" ? word : `${group} ${word}`;
    const summary = commands.find(({ name }) => name === full)?.summary ?? `commands of ${word}`;
    return `complete -c lab -n '__lab_is ${group}' -a ${word} -d ${quoted(summary)}\n`;
  });
  return [...lines, `complete -c lab -n '__lab_is ${group}' -a help -d 'print the help'\n`].join("");
}

function commandLines({ name, options, arguments: [argument], rest }: CataloguedCommand): string {
  const here = `not __lab_after_dashes; and __lab_is ${name}`;
  const lines = options.map((option) => optionLine(here, option));
  if (argument && argument.value.kind !== "text")
    lines.push(`complete -c lab -n '${here}'${completionOf(argument.value)}\n`);
  if (rest) lines.push(`complete -c lab -n '__lab_after_dashes; and __lab_is ${name}' -a '(__lab_rest)'\n`);
  return lines.join("");
}

function optionLine(condition: string, { long, short, description, value }: CataloguedOption): string {
  const flags = `${short ? ` -s ${short.slice(1)}` : ""} -l ${long.slice(2)}`;
  return `complete -c lab -n '${condition}'${flags}${value ? completionOf(value) : ""} -d ${quoted(description)}\n`;
}

function completionOf({ kind, words }: Value): string {
  if (kind === "words") return ` -x -a ${quoted(words.join(" "))}`;
  if (kind === "list") return ` -x -a '(__fish_append , ${words.join(" ")})'`;
  if (kind === "file") return " -r -F";
  return kind === "folder" ? " -x -a '(__fish_complete_directories)'" : " -x";
}

/** Text in single quotes, where fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
