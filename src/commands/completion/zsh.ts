import type { Catalogue, CataloguedCommand, CataloguedOption, Value } from "../kit/catalogue.js";
import { groupsOf, quoted, wordsBelow } from "./shell-text.js";

/** The completion script for zsh. It works as a file `_lab` in $fpath, and with eval. */
export function zsh({ commands, globals }: Catalogue): string {
  const groups = ["", ...groupsOf(commands)];
  return `#compdef lab asyncio-lab
# zsh completion for lab, made by: lab completion zsh
_lab_globals=(
${globals
  .flatMap(optionSpecs)
  .map((spec) => `  ${quoted(spec)}\n`)
  .join("")})

${groups.map((group) => groupFunction(group, commands)).join("")}${commands.map(commandFunction).join("")}if [[ $funcstack[1] == _lab ]]; then _lab "$@"; else compdef _lab lab asyncio-lab; fi`;
}

/** A function that completes the next word of a name, and calls the function of that command or group for the rest. */
function groupFunction(group: string, commands: readonly CataloguedCommand[]): string {
  const words = wordsBelow(group, commands);
  const described = words.map((word) => {
    const full = group === "" ? word : `${group} ${word}`;
    const summary = commands.find(({ name }) => name === full)?.summary ?? `commands of ${word}`;
    return `    ${quoted(`${word}:${escaped(summary)}`)}\n`;
  });
  return `${functionOf(group)}() {
  local curcontext=$curcontext state line
  local -a words_here=(
${described.join("")}    'help:print the help'
  )
  _arguments -C $_lab_globals '1: :->name' '*:: :->rest'
  case $state in
    name) _describe command words_here ;;
    rest)
      case $line[1] in
        ${words.join(" | ")}) ${functionOf(group)}_\${line[1]//-/_} ;;
        help) ${functionOf(group)} ;;
      esac
      ;;
  esac
}

`;
}

function commandFunction({ name, options, arguments: args, rest }: CataloguedCommand): string {
  const specs = options.flatMap(optionSpecs);
  for (const { term, value } of args)
    specs.push(`${term.includes("...") ? "*" : "1"}:${value.name}:${actionOf(value)}`);
  if (rest) specs.push(`*:::${rest}: _normal`);
  return `${functionOf(name)}() {
  _arguments $_lab_globals${specs.map((spec) => ` \\\n    ${quoted(spec)}`).join("")}
}

`;
}

function functionOf(name: string): string {
  return ["_lab", ...name.split(" ").filter((word) => word !== "")].join("_").replaceAll("-", "_");
}

/** The specs of an option for _arguments: one for each of its names, which exclude each other. */
function optionSpecs({ long, short, description, value, isRepeatable }: CataloguedOption): string[] {
  const names = short ? [short, long] : [long];
  const text = `[${escaped(description)}]${value ? `:${value.name}:${actionOf(value)}` : ""}`;
  return names.map((name) => {
    const excludes = isRepeatable ? "*" : names.length > 1 ? `(${names.join(" ")})` : "";
    const takes = value === undefined ? "" : name === long ? "=" : "+";
    return `${excludes}${name}${takes}${text}`;
  });
}

function actionOf({ kind, name, words }: Value): string {
  if (kind === "words") return `(${words.join(" ")})`;
  if (kind === "list") return `_values -s , ${name} ${words.join(" ")}`;
  if (kind === "file") return "_files";
  return kind === "folder" ? "_files -/" : "";
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}
