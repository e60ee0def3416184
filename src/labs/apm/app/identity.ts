import { colorFor } from "../color.js";

const longestName = 64; // characters
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Name and colour of a series. */
export interface Identity {
  /** 1 to 64 printable characters. */
  name: string;
  /** A CSS colour name, `#rgb` or `#rrggbb`. */
  color: string;
}

/** The part of an identity that the user may choose. */
export type ChosenIdentity = { [Key in keyof Identity]?: Identity[Key] | undefined };

/** The chosen name and colour. The default name is that of the program, the default colour follows from the name. */
export function identityOf({ name, color }: ChosenIdentity, program: string): Identity {
  const called = name ?? nameOf(program);
  return { name: called, color: color ?? colorFor(called) };
}

/** Whether a series may have this name. */
export function isName(text: string): boolean {
  return text.trim() !== "" && [...text].length <= longestName && text.search(unprintable) < 0;
}

/** A program's name may hold any character and have any length. */
function nameOf(program: string): string {
  return [...program.replace(unprintable, "?")].slice(0, longestName).join("") || "app";
}
