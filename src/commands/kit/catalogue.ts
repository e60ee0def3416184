import { type Argument, Option } from "commander";
import type { Chapters, CommandDefinition } from "./command-definition.js";
import { globalOptions, helpFlags, versionFlags } from "./global-options.js";
import { isRepeatable, parserOf } from "./option.js";

/** All commands with their options, for what is made from them: the completions and the man page. */
export interface Catalogue {
  commands: readonly CataloguedCommand[];
  /** The summaries of the groups, such as `apm`, by name. */
  groups: ReadonlyMap<string, string>;
  /** The options of every command. */
  globals: readonly CataloguedOption[];
}

export interface CataloguedCommand {
  chapter: string;
  /** As typed, such as `apm server`. */
  name: string;
  summary: string;
  arguments: readonly CataloguedArgument[];
  options: readonly CataloguedOption[];
  /** The name of the words after `--`, if the command takes any. */
  rest: string | undefined;
  examples: readonly string[];
}

export interface CataloguedArgument {
  /** As in the help, such as `[url...]`. */
  term: string;
  description: string;
  value: Value;
}

export interface CataloguedOption {
  /** As in the help, such as `-f, --file <path>`. */
  flags: string;
  long: string;
  short: string | undefined;
  description: string;
  /** As the user would type it. */
  initial: string | undefined;
  /** undefined for a flag. */
  value: Value | undefined;
  isRepeatable: boolean;
}

/** The value of an option or an argument. `words`: there are no others. */
export interface Value {
  name: string;
  kind: "words" | "list" | "file" | "folder" | "text";
  words: readonly string[];
}

/** Load every command of the table. */
export async function catalogue(chapters: Chapters): Promise<Catalogue> {
  const commands: CataloguedCommand[] = [];
  const groups = new Map<string, string>();
  for (const [chapter, entries] of Object.entries(chapters)) {
    for (const [name, summary, load] of entries) {
      if (load) commands.push({ chapter, name, summary, ...contentsOf((await load()).default) });
      else groups.set(name, summary);
    }
  }
  const globals = [...globalOptions(), new Option(...versionFlags), new Option(...helpFlags)];
  return { commands, groups, globals: globals.map(optionOf) };
}

function contentsOf({ arguments: args = [], options, rest, examples }: CommandDefinition<unknown>) {
  return { arguments: args.map(argumentOf), options: options.map(optionOf), rest, examples };
}

function argumentOf(argument: Argument): CataloguedArgument {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  const term = argument.required ? `<${name}>` : `[${name}]`;
  return { term, description: argument.description, value: describeValue(argument, argument.name()) };
}

function optionOf(option: Option): CataloguedOption {
  const { flags, long, short, description, defaultValueDescription: initial } = option;
  const [, name] = /<(.+?)(?:\.\.\.)?>/.exec(flags) ?? [];
  return {
    flags,
    long: long ?? "",
    short,
    description,
    initial,
    value: name === undefined ? undefined : describeValue(option, name),
    isRepeatable: isRepeatable(option),
  };
}

/** The names that help gives to values that are files or folders. */
const files = ["file", "path", "keyfile"];
const folders = ["folder"];

function describeValue(made: Option | Argument, name: string): Value {
  const { words, isList = false } = parserOf(made) ?? {};
  if (words) return { name, kind: isList ? "list" : "words", words };
  return { name, kind: files.includes(name) ? "file" : folders.includes(name) ? "folder" : "text", words: [] };
}
