import type { Catalogue, CataloguedCommand, CataloguedOption, Value } from "../kit/catalogue.js";
import { groupsOf, quoted, wordsBelow } from "./shell-text.js";

/** The completion script for bash, from version 3.2 on. */
export function bash({ commands, globals }: Catalogue): string {
  const groups = ["", ...groupsOf(commands)];
  const names = [...commands.map(({ name }) => name), ...groups.filter((name) => name !== "")];
  return `# bash completion for lab, made by: lab completion bash
_lab() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} name= word i
  # bash takes --option=value for three words
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -- ]]; then
      [[ $name == ${restPattern(commands)} ]] && _lab_rest $((i + 1))
      return
    fi
    case "\${name:+$name }$word" in
      ${names.map(quoted).join(" | ")}) name="\${name:+$name }$word" ;;
    esac
  done
  case "$name:$prev" in
${commands.map(valueCases).join("")}  esac
  if [[ $cur == -* ]]; then
    case $name in
${commands.map(({ name, options }) => `      ${quoted(name)}) _lab_words ${words([...options, ...globals])} ;;\n`).join("")}      *) _lab_words ${words(globals)} ;;
    esac
    return
  fi
  case $name in
${groups.map((group) => `    ${quoted(group)}) _lab_words ${quoted([...wordsBelow(group, commands), "help"].join(" "))} ;;\n`).join("")}${commands.map(argumentCase).join("")}  esac
}

_lab_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_lab_list() {
  local before=
  [[ $cur == *,* ]] && before=\${cur%,*},
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${cur##*,}"))
  compopt -o nospace 2>/dev/null
}

_lab_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null
}

# The words after -- are a command line of their own.
_lab_rest() {
  if declare -F _command_offset >/dev/null; then _command_offset "$1"
  elif ((COMP_CWORD == $1)); then COMPREPLY=($(compgen -c -- "$cur"))
  else _lab_files -f; fi
}

complete -F _lab lab asyncio-lab`;
}

function restPattern(commands: readonly CataloguedCommand[]): string {
  const names = commands.filter(({ rest }) => rest !== undefined).map(({ name }) => quoted(name));
  return `@(${names.join("|")})`;
}

function words(options: readonly CataloguedOption[]): string {
  return quoted(options.flatMap(({ long, short }) => (short ? [short, long] : [long])).join(" "));
}

/** The cases for the values of a command's options. A value that nothing is known of is not completed. */
function valueCases({ name, options }: CataloguedCommand): string {
  const patterns = new Map<string, string[]>(); // by the command that completes the value
  for (const { long, short, value } of options) {
    if (!value) continue;
    const completes = valueCommand(value);
    const flags = (short ? [short, long] : [long]).map((flag) => quoted(`${name}:${flag}`));
    patterns.set(completes, [...(patterns.get(completes) ?? []), ...flags]);
  }
  const cases = [...patterns].map(([completes, flags]) => `    ${flags.join(" | ")}) ${completes}return ;;\n`);
  return cases.join("");
}

function argumentCase({ name, arguments: [argument] }: CataloguedCommand): string {
  const completes = argument && valueCommand(argument.value);
  return completes ? `    ${quoted(name)}) ${completes};;\n` : "";
}

function valueCommand({ kind, words }: Value): string {
  if (kind === "words") return `_lab_words ${quoted(words.join(" "))}; `;
  if (kind === "list") return `_lab_list ${quoted(words.join(" "))}; `;
  if (kind === "file") return "_lab_files -f; ";
  return kind === "folder" ? "_lab_files -d; " : "";
}
