import type { Catalogue, CataloguedCommand, CataloguedOption, Value } from "../kit/catalogue.js";
import { quoted, wordsBelow } from "./shell-text.js";

/** The completion script for bash, from version 3.2 on. */
export function bash(catalogue: Catalogue): string {
  const { commands, groups, globals } = catalogue;
  const names = [...groups.keys(), ...commands.map(({ name }) => name)];
  const withRest = commands.filter(({ rest }) => rest !== undefined).map(({ name }) => name);
  const options = commands.map((each): Case => [[each.name], `_lab_words ${words([...each.options, ...globals])}`]);
  const below = ["", ...groups.keys()].map((group): Case => {
    const all = wordsBelow(group, catalogue).map(([word]) => word);
    return [[group], `_lab_words ${quoted(all.join(" "))}`];
  });
  return [
    "# bash completion for lab, made by: lab completion bash",
    main,
    "# Each of these four takes the name of a command; _lab_value takes its option, too.",
    caseFunction("_lab_is_name", [[names, "return 0"]], "return 1"),
    caseFunction("_lab_takes_rest", [[withRest, "return 0"]], "return 1"),
    caseFunction("_lab_value", commands.flatMap(valueCases), "return 1"),
    caseFunction("_lab_option", options, `_lab_words ${words(globals)}`),
    caseFunction("_lab_argument", [...below, ...commands.flatMap(argumentCase)]),
    helpers,
    "complete -F _lab lab asyncio-lab",
  ].join("\n");
}

const main = `_lab() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} name= next i args=0
  # bash takes --option=value for three words
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    next=\${name:+$name }\${COMP_WORDS[i]}
    if [[ \${COMP_WORDS[i]} == -- ]]; then
      _lab_takes_rest "$name" && _lab_rest $((i + 1))
      return
    elif _lab_is_name "$next"; then name=$next args=0
    elif [[ \${COMP_WORDS[i]} != [-=]* && \${COMP_WORDS[i - 1]} != = ]]; then
      _lab_value "$name:\${COMP_WORDS[i - 1]}" || args=$((args + 1)) # else it is the value of an option
    fi
  done
  COMPREPLY=()
  if _lab_value "$name:$prev"; then return; fi
  if [[ $cur == -* ]]; then _lab_option "$name"; else _lab_argument "$name"; fi
}`;

const helpers = `_lab_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_lab_list() {
  local before= word left=
  if [[ $cur == *,* ]]; then before=\${cur%,*},; fi
  for word in $1; do if [[ ,$before != *,$word,* ]]; then left="$left $word"; fi; done
  COMPREPLY=($(compgen -P "$before" -W "$left" -- "\${cur##*,}"))
  compopt -o nospace 2>/dev/null || true
}
_lab_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null || true
}
# The words after -- are a command line of their own.
_lab_rest() {
  if declare -F _command_offset >/dev/null; then _command_offset "$1"
  elif ((COMP_CWORD == $1)); then COMPREPLY=($(compgen -c -- "$cur"))
  else _lab_files -f; fi
}`;

/** Alternatives, and the command for them. */
type Case = readonly [texts: readonly string[], command: string];

/** A function that runs the command of its argument. */
function caseFunction(name: string, cases: readonly Case[], otherwise = ":"): string {
  const lines = cases.map(([texts, command]) => `    ${texts.map(quoted).join(" | ")}) ${command} ;;`);
  return [`${name}() {`, "  case $1 in", ...lines, `    *) ${otherwise} ;;`, "  esac", "}"].join("\n");
}

function words(options: readonly CataloguedOption[]): string {
  return quoted(options.flatMap(({ long, short }) => (short ? [short, long] : [long])).join(" "));
}

/** The cases for the values of a command's options. A value of which nothing is known is not completed. */
function valueCases({ name, options }: CataloguedCommand): Case[] {
  const texts = new Map<string, string[]>(); // by the command for the value
  for (const { long, short, value } of options) {
    if (!value) continue;
    const command = valueCommand(value) ?? ":";
    const flags = (short ? [short, long] : [long]).map((flag) => `${name}:${flag}`);
    texts.set(command, [...(texts.get(command) ?? []), ...flags]);
  }
  return [...texts].map(([command, alternatives]) => [alternatives, command]);
}

function argumentCase({ name, arguments: [argument] }: CataloguedCommand): Case[] {
  const command = argument && valueCommand(argument.value);
  if (argument === undefined || command === undefined) return [];
  return [[[name], argument.term.includes("...") ? command : `((args)) || ${command}`]];
}

function valueCommand({ kind, words }: Value): string | undefined {
  if (kind === "words") return `_lab_words ${quoted(words.join(" "))}`;
  if (kind === "list") return `_lab_list ${quoted(words.join(" "))}`;
  if (kind === "file") return "_lab_files -f";
  return kind === "folder" ? "_lab_files -d" : undefined;
}
