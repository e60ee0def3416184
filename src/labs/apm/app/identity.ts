import { basename } from "node:path";
import { cut } from "../../../text/cut.js";
import { colorFor } from "../color.js";

const longestName = 64; // characters
const longestCommand = 160; // UTF-16 code units
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Name and colour of a series. */
export interface Identity {
  /** 1 to 64 printable characters. */
  name: string;
  /** A CSS colour name, `#rgb` or `#rrggbb`. */
  color: string;
  /** Nobody chose the colour, so the server may hand out another. */
  default_color?: boolean;
  /** The program and its arguments, without secrets. */
  command?: string;
}

/** The part of an identity that the user may choose. */
export type ChosenIdentity = { [Key in "name" | "color"]?: string | undefined };

/**
 * The chosen name and colour. The default name is that of the program, with its script if it is an interpreter. The
 * default colour follows from the name.
 */
export function identityOf({ name, color }: ChosenIdentity, [program = "", ...args]: readonly string[]): Identity {
  const called = name ?? programOf(program, args);
  return {
    name: called,
    color: color ?? colorFor(called),
    ...(color === undefined && { default_color: true }),
    ...(args.length > 0 && { command: commandText([program, ...args]) }),
  };
}

/** Whether a series may have this name. */
export function isName(text: string): boolean {
  return text.trim() !== "" && [...text].length <= longestName && text.search(unprintable) < 0;
}

const interpreters = /^(?:python[\d.]*|node|deno|bun|ruby|perl|php|java|sh|bash|dash|zsh|ksh)$/;

/** `python3 train.py` says more than `python3`. A program's name may hold any character and have any length. */
function programOf(path: string, args: readonly string[]): string {
  const program = basename(path);
  const script = interpreters.test(program) ? scriptOf(args) : undefined;
  const name = script ? `${program} ${basename(script)}` : program;
  return [...name.replace(unprintable, "?")].slice(0, longestName).join("").trim() || "app";
}

/** The script among the arguments of an interpreter: the first one that is no option, unless the code is an argument. */
function scriptOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => !arg.startsWith("-") || /^-(?:c|e|p|-eval|-print)$/.test(arg));
  const found = args[at];
  return found?.startsWith("-") ? undefined : found;
}

const secret = /(?:pass(?:word|wd|phrase)?|token|secret|api-?_?key|credentials?|auth)$/i;

/** A command line in one line of printable text. Values of options that are called like a secret are hidden. */
export function commandText(line: readonly string[]): string {
  const shown = line.map((word, i) => {
    const [, option = "", value] = /^(-{0,2}[\w.-]+)=(.*)$/s.exec(word) ?? [];
    if (value !== undefined && secret.test(option)) return `${option}=…`;
    const before = line[i - 1] ?? "";
    if (before.startsWith("-") && secret.test(before) && !word.startsWith("-")) return "…";
    return word.replace(/(\w:\/\/)[^/@\s]+@/g, "$1…@");
  });
  return cut(shown.join(" ").replace(unprintable, "?"), longestCommand);
}
