import type { Catalogue, CataloguedCommand, CataloguedOption, Value } from "../kit/catalogue.js";
import { wordsBelow } from "./shell-text.js";

/** The completion script for fish, from version 3 on. */
export function fish(catalogue: Catalogue): string {
  const groups = [...catalogue.groups.keys()];
  return [
    "# fish completion for lab, made by: lab completion fish",
    helpers(groups),
    "complete -c lab -f",
    ...["", ...groups].flatMap((group) => nameLines(group, catalogue)),
    ...catalogue.globals.map((option) => optionLine("not __lab_after_dashes", option)),
    ...catalogue.commands.flatMap(commandLines),
    "complete -c asyncio-lab -w lab",
  ].join("\n");
}

function helpers(groups: readonly string[]): string {
  return `function __lab_words --description 'The words before the cursor, without lab and its options'
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        test $word = --; and return
        string match -q -- '-*' $word; or echo $word
    end
end
function __lab_name --description 'The name of the typed command'
    set -l words (__lab_words)
    while set -l at (contains -i -- help $words); set -e words[$at]; end
    contains -- "$words[1]" ${groups.join(" ")}; and echo "$words[1..2]"; or echo "$words[1]"
end
function __lab_is
    test (string trim -- (__lab_name)) = "$argv"
end
function __lab_words_are
    test (count (__lab_words)) = $argv[1]
end
function __lab_list --description 'The words that the list before the cursor does not have yet'
    set -l typed (string split , -- (commandline -ct | string replace -r '^--[^=]*=' ''))
    set -e typed[-1]
    for word in $argv
        contains -- $word $typed; or string join , $typed $word
    end
end
function __lab_after_dashes
    contains -- -- (commandline -opc)
end
function __lab_rest --description 'Completions of the command line after --'
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end`;
}

function nameLines(group: string, catalogue: Catalogue): string[] {
  return wordsBelow(group, catalogue).map(([word, summary]) =>
    line(`__lab_is ${group}`, `-a ${word} -d ${quoted(summary)}`),
  );
}

function commandLines({ name, options, arguments: [argument], rest }: CataloguedCommand): string[] {
  const here = `not __lab_after_dashes; and __lab_is ${name}`;
  const lines = options.map((option) => optionLine(here, option));
  if (argument && argument.value.kind !== "text") {
    const isFirst = argument.term.includes("...") ? "" : `; and __lab_words_are ${name.split(" ").length}`;
    lines.push(line(`${here}${isFirst}`, completionOf(argument.value)));
  }
  if (rest) lines.push(line(`__lab_after_dashes; and __lab_is ${name}`, "-a '(__lab_rest)'"));
  return lines;
}

function optionLine(condition: string, { long, short, description, value }: CataloguedOption): string {
  const flags = short ? `-s ${short.slice(1)} -l ${long.slice(2)}` : `-l ${long.slice(2)}`;
  const completion = value ? `${completionOf(value)} ` : "";
  return line(condition, `${flags} ${completion}-d ${quoted(description)}`);
}

function completionOf({ kind, words }: Value): string {
  if (kind === "words") return `-x -a ${quoted(words.join(" "))}`;
  if (kind === "list") return `-x -a '(__lab_list ${words.join(" ")})'`;
  if (kind === "file") return "-r -F";
  return kind === "folder" ? "-x -a '(__fish_complete_directories)'" : "-x";
}

function line(condition: string, completion: string): string {
  return `complete -c lab -n '${condition}' ${completion}`;
}

/** Text in single quotes, where fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
