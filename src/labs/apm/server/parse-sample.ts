import { isUtf8 } from "node:buffer";
import { isColor } from "../color.js";
import type { Sample } from "../sample.js";

/**
 * The reason why a frame is no sample. `shape`: no JSON object. `field`: a field is missing, or has the wrong type or
 * form. `range`: a number is out of its range.
 */
export type BadFrame = "empty" | "utf8" | "json" | "shape" | "field" | "range";

export type ParsedSample = { sample: Sample } | { reason: BadFrame };

/**
 * Parse a frame of an app: returns a fresh object with the known fields only, or the reason for rejecting the frame.
 * Nothing is converted, so `"5"` is no number. Never throws.
 */
export function parseSample(bytes: Uint8Array): ParsedSample {
  if (bytes.length === 0) return { reason: "empty" };
  if (!isUtf8(bytes)) return { reason: "utf8" };
  const data = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
  if (data === undefined) return { reason: "json" };
  if (typeof data !== "object" || data === null || Array.isArray(data)) return { reason: "shape" };
  return copyFields(data);
}

const mib: Field = number(2 ** 53);

const required: Readonly<Record<string, Field>> = {
  color: (value) => (typeof value === "string" && isColor(value) ? value.toLowerCase() : bad("field")),
  timestamp: instant,
  cpu: number(100 * 1024), // 1,024 cores
  mem: mib,
};

const optional: Readonly<Record<string, Field>> = {
  id: text(/^[\x21-\x7e]{1,64}$/),
  seq: whole(0),
  unsent: whole(0),
  name: text(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,64}$/u),
  pid: whole(1),
  host: text(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,64}$/u),
  lag: number(86_400_000),
  heap: mib,
  gc: number(86_400_000),
  processes: whole(0), // 0 in the closing sample of a command
  interval: number(86_400_000),
  span: number(2 ** 53),
  cpu_seconds: number(2 ** 53),
  mem_peak: mib,
  wait: number(86_400_000),
  exit_code: whole(0),
  exit_signal: text(/^SIG[A-Z0-9+]{1,12}$/),
  command: text(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,160}$/u),
  default_color: boolean,
  closing: boolean,
};

/** Returns the value to keep, or the reason for rejecting it. */
type Field = (value: unknown) => string | number | boolean | Bad;

class Bad {
  readonly reason: BadFrame;
  constructor(reason: BadFrame) {
    this.reason = reason;
  }
}

function bad(reason: BadFrame): Bad {
  return new Bad(reason);
}

function copyFields(data: object): ParsedSample {
  const sample: Record<string, unknown> = {};
  for (const [fields, isRequired] of [
    [required, true],
    [optional, false],
  ] as const) {
    for (const [name, take] of Object.entries(fields)) {
      if (!Object.hasOwn(data, name)) {
        if (isRequired) return { reason: "field" };
        continue;
      }
      const value = take((data as Record<string, unknown>)[name]);
      if (value instanceof Bad) return { reason: value.reason };
      sample[name] = value;
    }
  }
  return { sample: sample as unknown as Sample };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON text means undefined
  }
}

function number(most: number): Field {
  return (value) => {
    if (typeof value !== "number") return bad("field");
    return value >= 0 && value <= most ? value : bad("range"); // JSON.parse turned 1e999 into Infinity
  };
}

function boolean(value: unknown): boolean | Bad {
  return typeof value === "boolean" ? value : bad("field");
}

function whole(least: number): Field {
  return (value) => {
    if (typeof value !== "number") return bad("field");
    return Number.isSafeInteger(value) && value >= least ? value : bad("range");
  };
}

function text(grammar: RegExp): Field {
  return (value) => (typeof value === "string" && grammar.test(value) ? value : bad("field"));
}

const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** ISO 8601, or Unix seconds as of Python's time.time(). A wrong clock is no reason to reject: see `skewed`. */
function instant(value: unknown): string | Bad {
  if (typeof value === "string") return iso8601.test(value) && !Number.isNaN(Date.parse(value)) ? value : bad("field");
  if (typeof value !== "number") return bad("field");
  const date = new Date(value * 1000);
  return Number.isNaN(date.getTime()) ? bad("range") : date.toISOString();
}
