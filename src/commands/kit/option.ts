import { Argument, type Command, Option } from "commander";
import { UsageError } from "./usage-error.js";

/** Turns what was typed into a value. Throws BadValue for anything else. */
export type Parse<T> = (text: string) => T;

/** What a value has to be, worded to follow the flag: `must be a positive whole number`. */
export class BadValue extends Error {}

/**
 * An option with a value, e.g. `--delay <duration>`. A bad value is `--delay must be …, got "x"`. `initial` (default:
 * none) is written as the user would write it. With `<name...>` the values of all occurrences are collected.
 */
export function option<T>(flags: string, description: string, parse: Parse<T>, initial?: string): Option {
  const made = new Option(flags, description);
  if (initial !== undefined) made.default(parse(initial), initial);
  made.argParser((text, previous) => {
    const value = parseNamed(`${made.long}`, parse, text);
    if (!made.variadic) return value;
    return Array.isArray(previous) && previous !== made.defaultValue ? [...previous, value] : [value];
  });
  return made;
}

class RepeatedOption extends Option {}

/** An option that is typed again for each further value: `-H 'a: 1' -H 'b: 2'`. Its value is all of them; not typed, undefined. */
export function repeatedOption<T>(flags: string, description: string, parse: Parse<T>): Option {
  const made = new RepeatedOption(flags, description);
  made.argParser((text, previous) => [...((previous as T[]) ?? []), parseNamed(`${made.long}`, parse, text)]);
  return made;
}

/** Add options to `command`. Of two values for an option that takes one, the last would win in silence: UsageError. */
export function addOptions(command: Command, options: readonly Option[]): void {
  for (const option of options) {
    const takesOne = option.required && !option.variadic && !(option instanceof RepeatedOption);
    if (takesOne) command.on(`option:${option.name()}`, () => refuseSecond(command, option)); // before it is stored
    command.addOption(option);
  }
}

function refuseSecond(command: Command, option: Option): void {
  if (command.getOptionValueSource(option.attributeName()) !== "cli") return;
  throw new UsageError(`${option.long} was given twice`);
}

/** An option without a value: true if it is typed, else undefined. */
export function flag(flags: string, description: string): Option {
  return new Option(flags, description);
}

/** What is typed without a flag, e.g. `[url...]`: any number of values, none to begin with. A bad one is `<name> must be …`. */
export function argument<T>(name: string, description: string, parse: Parse<T>): Argument {
  const made = new Argument(name, description).default([], "none");
  made.argParser((text, previous) => [...(previous as T[]), parseNamed(made.name(), parse, text)]);
  return made;
}

/** `text` as a value, or a UsageError that begins with `name`: the flag or the environment variable it came from. */
export function parseNamed<T>(name: string, parse: Parse<T>, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof BadValue) throw new UsageError(`${name} ${error.message}`);
    throw error;
  }
}
