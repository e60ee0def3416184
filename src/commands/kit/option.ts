import { Argument, type Command, Option } from "commander";
import { UsageError } from "./usage-error.js";

/** Turns typed text into a value. Throws BadValue if the text is none. */
export interface Parse<T> {
  (text: string): T;
  /** The words that it takes, if there are no others. */
  readonly words?: readonly string[];
  /** Whether it takes several of those words, separated by commas. */
  readonly isList?: boolean;
}

/** A rule that the typed value breaks, worded to follow the flag: `must be a positive whole number`. */
export class BadValue extends Error {}

const parsers = new WeakMap<Option | Argument, Parse<unknown>>();

/** The parser of an option's or an argument's value. undefined for a flag. */
export function parserOf(made: Option | Argument): Parse<unknown> | undefined {
  return parsers.get(made);
}

/**
 * An option with a value, such as `--delay <duration>`. `initial` is its default as the user would type it; default: none.
 * `<name...>` collects the values of all occurrences. A bad value is a UsageError: `--delay must be …, got "x"`.
 */
export function option<T>(flags: string, description: string, parse: Parse<T>, initial?: string): Option {
  const made = new Option(flags, description);
  parsers.set(made, parse);
  if (initial !== undefined) made.default(parse(initial), initial);
  made.argParser((text, previous) => {
    const value = parseNamed(`${made.long}`, parse, text);
    if (!made.variadic) return value;
    return Array.isArray(previous) && previous !== made.defaultValue ? [...previous, value] : [value];
  });
  return made;
}

class RepeatedOption extends Option {}

/** An option that may be typed several times: `-H 'a: 1' -H 'b: 2'`. Its value is the list; undefined if it is not typed. */
export function repeatedOption<T>(flags: string, description: string, parse: Parse<T>): Option {
  const made = new RepeatedOption(flags, description);
  parsers.set(made, parse);
  made.argParser((text, previous) => [...((previous as T[]) ?? []), parseNamed(`${made.long}`, parse, text)]);
  return made;
}

/** Whether the option collects values. */
export function isRepeatable(option: Option): boolean {
  return option.variadic || option instanceof RepeatedOption;
}

/** Add options to a command. A second value for an option that takes one is a UsageError: commander would use the last one. */
export function addOptions(command: Command, options: readonly Option[]): void {
  for (const option of options) {
    const takesOne = option.required && !isRepeatable(option);
    if (takesOne) command.on(`option:${option.name()}`, () => refuseSecond(command, option)); // called before the value is stored
    command.addOption(option);
  }
}

function refuseSecond(command: Command, option: Option): void {
  if (command.getOptionValueSource(option.attributeName()) !== "cli") return;
  throw new UsageError(`${option.long} was given twice`);
}

/** An option without a value: true if typed, else undefined. */
export function flag(flags: string, description: string): Option {
  return new Option(flags, description);
}

/**
 * A word without a flag, such as `<shell>`, or any number of them, such as `[url...]`, by default none. A bad one is a
 * UsageError: `url must be …`.
 */
export function argument<T>(name: string, description: string, parse: Parse<T>): Argument {
  const made = new Argument(name, description);
  parsers.set(made, parse);
  if (!made.variadic) return made.argParser((text) => parseNamed(made.name(), parse, text));
  return made
    .default([], "none")
    .argParser((text, previous) => [...(previous as T[]), parseNamed(made.name(), parse, text)]);
}

/** Parse text from a flag or an environment variable called `name`. Throws UsageError, which begins with that name. */
export function parseNamed<T>(name: string, parse: Parse<T>, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof BadValue) throw new UsageError(`${name} ${error.message}`);
    throw error;
  }
}
