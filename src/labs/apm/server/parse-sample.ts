import { isUtf8 } from "node:buffer";
import type { Sample } from "../sample.js";
import { type Field, optional, required } from "./fields.js";

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
  const read = readObject(bytes);
  if ("reason" in read) return read;
  const sample: Record<string, unknown> = {};
  const fault = checkFields(read.data, (name, value) => {
    sample[name] = value;
  });
  return fault ? { reason: fault.reason } : { sample: sample as unknown as Sample };
}

/** The first field that is wrong. */
export interface FieldFault {
  reason: "field" | "range";
  field: string;
  expected: string;
  /** The value that came; undefined if the field is missing. */
  got: unknown;
}

/** Call `keep` with each known field, until one is wrong. */
export function checkFields(data: object, keep: (name: string, value: unknown) => void): FieldFault | undefined {
  for (const [fields, isRequired] of [
    [required, true],
    [optional, false],
  ] as const) {
    for (const [field, { take, expected }] of Object.entries(fields) as [string, Field][]) {
      if (!Object.hasOwn(data, field)) {
        if (isRequired) return { reason: "field", field, expected, got: undefined };
        continue;
      }
      const got: unknown = (data as Record<string, unknown>)[field];
      const taken = take(got);
      if ("bad" in taken) return { reason: taken.bad, field, expected, got };
      keep(field, taken.value);
    }
  }
  return undefined;
}

/** The JSON object of a frame, or the reason why there is none. */
export function readObject(bytes: Uint8Array): { data: object } | { reason: BadFrame } {
  if (bytes.length === 0) return { reason: "empty" };
  if (!isUtf8(bytes)) return { reason: "utf8" };
  const data = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
  if (data === undefined) return { reason: "json" };
  return typeof data === "object" && data !== null && !Array.isArray(data) ? { data } : { reason: "shape" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON text means undefined
  }
}
