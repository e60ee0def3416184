import { Option } from "commander";
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

/** An option without a value, e.g. `--insecure`; undefined unless given. */
export function flag(name: string, description: string): Option {
  return new Option(name, description);
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
