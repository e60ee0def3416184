import { isColor } from "../color.js";

/** `field`: wrong type or form. `range`: a number out of its range. */
export type BadValue = "field" | "range";

/** One field of a sample: its check, and the words for it. */
export interface Field {
  /** Such as `a number from 0 to 102400`. */
  expected: string;
  /** Returns the value to keep, or why there is none. Nothing is converted. */
  take(value: unknown): { value: string | number | boolean } | { bad: BadValue };
}

const mib = number(2 ** 53);
const ms = number(86_400_000);
const printable = (longest: number) =>
  text(
    new RegExp(`^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]{1,${longest}}$`, "u"),
    `1 to ${longest} printable characters`,
  );

export const required: Readonly<Record<string, Field>> = {
  color: {
    expected: "a CSS colour name, #rgb or #rrggbb",
    take: (value) => (typeof value === "string" && isColor(value) ? { value: value.toLowerCase() } : { bad: "field" }),
  },
  timestamp: { expected: "a time in ISO 8601 or in Unix seconds", take: instant },
  cpu: number(100 * 1024), // 1,024 cores
  mem: mib,
};

export const optional: Readonly<Record<string, Field>> = {
  id: text(/^[\x21-\x7e]{1,64}$/, "1 to 64 visible ASCII characters"),
  seq: whole(0),
  unsent: whole(0),
  name: printable(64),
  pid: whole(1),
  host: printable(64),
  lag: ms,
  heap: mib,
  gc: ms,
  processes: whole(0), // 0 in the closing sample of a command
  interval: ms,
  span: number(2 ** 53),
  cpu_seconds: number(2 ** 53),
  mem_peak: mib,
  wait: ms,
  exit_code: whole(0),
  exit_signal: text(/^SIG[A-Z0-9+]{1,12}$/, "the name of a signal"),
  command: printable(160),
  default_color: boolean(),
  closing: boolean(),
};

function number(most: number): Field {
  return {
    expected: `a number from 0 to ${most}`,
    take: (value) => {
      if (typeof value !== "number") return { bad: "field" };
      return value >= 0 && value <= most ? { value } : { bad: "range" }; // JSON.parse turned 1e999 into Infinity
    },
  };
}

function whole(least: number): Field {
  return {
    expected: `a whole number from ${least} on`,
    take: (value) => {
      if (typeof value !== "number") return { bad: "field" };
      return Number.isSafeInteger(value) && value >= least ? { value } : { bad: "range" };
    },
  };
}

function text(grammar: RegExp, expected: string): Field {
  return {
    expected,
    take: (value) => (typeof value === "string" && grammar.test(value) ? { value } : { bad: "field" }),
  };
}

function boolean(): Field {
  return { expected: "true or false", take: (value) => (typeof value === "boolean" ? { value } : { bad: "field" }) };
}

const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** ISO 8601, or Unix seconds as of Python's time.time(). A wrong clock is no reason to reject: see `skewed`. */
function instant(value: unknown): ReturnType<Field["take"]> {
  if (typeof value === "string")
    return iso8601.test(value) && !Number.isNaN(Date.parse(value)) ? { value } : { bad: "field" };
  if (typeof value !== "number") return { bad: "field" };
  const date = new Date(value * 1000);
  return Number.isNaN(date.getTime()) ? { bad: "range" } : { value: date.toISOString() };
}
