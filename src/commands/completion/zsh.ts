import type { Catalogue, CataloguedCommand, CataloguedOption, Value } from "../kit/catalogue.js";
import { quoted, wordsBelow } from "./shell-text.js";

/** The completion script for zsh. It works as a file `_lab` in $fpath, and with eval. */
export function zsh(catalogue: Catalogue): string {
  const { commands, groups, globals } = catalogue;
  return [
    "#compdef lab asyncio-lab",
    "# zsh completion for lab, made by: lab completion zsh",
    `_lab_globals=(\n${globals.flatMap(optionSpecs).map(indented).join("")})`,
    ...["", ...groups.keys()].map((group) => groupFunction(group, catalogue)),
    ...commands.map(commandFunction),
    'if [[ $funcstack[1] == _lab ]]; then _lab "$@"; else compdef _lab lab asyncio-lab; fi',
  ].join("\n");
}

/** A function that completes the next word of a name, and calls the function of that word for the rest. */
function groupFunction(group: string, catalogue: Catalogue): string {
  const words = wordsBelow(group, catalogue);
  const called = words.map(([word]) => word).filter((word) => word !== "help");
  const self = functionOf(group);
  return `${self}() {
  local curcontext=$curcontext state line
  local -a words_here=(
${words.map(([word, summary]) => indented(`${word}:${escaped(summary)}`)).join("")}  )
  _arguments -C -A '-*' $_lab_globals '1: :->name' '*:: :->rest'
  case $state in
    name) _describe command words_here ;;
    rest)
      case $line[1] in
        ${called.join(" | ")}) ${self}_\${line[1]//-/_} ;;
        help) ${self} ;;
      esac
      ;;
  esac
}`;
}

function commandFunction({ name, options, arguments: args, rest }: CataloguedCommand): string {
  const specs = options.flatMap(optionSpecs);
  for (const { term, value } of args) {
    const place = term.includes("...") ? "*" : "1";
    specs.push(`${place}:${value.name}:${actionOf(value)}`);
  }
  if (rest) specs.push(`*:::${rest}: _normal`);
  return `${functionOf(name)}() {
  local -a specs=(
${specs.map(indented).join("")}  )
  _arguments $_lab_globals $specs
}`;
}

function functionOf(name: string): string {
  return ["_lab", ...name.split(" ").filter((word) => word !== "")].join("_").replaceAll("-", "_");
}

function indented(text: string): string {
  return `    ${quoted(text)}\n`;
}

/** The specs of an option for _arguments: one for each of its names, which exclude each other. */
function optionSpecs({ long, short, description, value, isRepeatable }: CataloguedOption): string[] {
  const names = short ? [short, long] : [long];
  const completion = value ? `:${value.name}:${actionOf(value)}` : "";
  return names.map((name) => {
    const excluded = isRepeatable ? "*" : names.length > 1 ? `(${names.join(" ")})` : "";
    const takes = value === undefined ? "" : name === long ? "=" : "+";
    return `${excluded}${name}${takes}[${escaped(description)}]${completion}`;
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
