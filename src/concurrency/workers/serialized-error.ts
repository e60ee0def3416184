import { inspect, types } from "node:util";
import { serialize } from "node:v8";
import * as own from "../errors.js";
import { refuse, searchContent } from "./cloning.js";

/**
 * A thrown value, mostly an Error, in a form that survives cloning. A structured clone of an error loses its class,
 * `code` and `errors`, and turns a DOMException into a plain object. A cyclic value has a cyclic form.
 */
export type SerializedError =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "list"; readonly fields: Field[] }
  | { readonly type: "record"; readonly fields: Field[] }
  | ErrorForm;

interface ErrorForm {
  readonly type: "error";
  /** The closest class that both sides know. */
  readonly base: string;
  /** The name of the error's own class. */
  readonly className: string;
  readonly name: string;
  readonly message: string;
  /** All other fields: stack, cause, errors, code, and those that its class adds. */
  readonly fields: Field[];
}

interface Field {
  readonly key: string;
  readonly value: SerializedError;
  readonly enumerable: boolean;
}

type Seen = Map<unknown, SerializedError>;

const deepest = 100; // levels, causes included: both sides recurse

type ErrorClass = abstract new (...args: never[]) => Error;
const standard = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
const known = new Map<string, ErrorClass>([
  ...[...standard, DOMException].map((each): [string, ErrorClass] => [each.name, each]),
  ...Object.entries(own),
]);
/** By prototype: the bundle of the command line renames classes. */
const knownNames = new Map<object, string>([...known].map(([name, { prototype }]) => [prototype, name]));

/**
 * Serialise any thrown value. A part that cannot be cloned is replaced by its description, and a part below the
 * hundredth level by a note. Never throws.
 */
export function serializeError(thrown: unknown, seen: Seen = new Map(), depth = 0): SerializedError {
  const before = seen.get(thrown);
  if (before) return before;
  if (depth > deepest) return { type: "value", value: "[nested too deeply to travel]" };
  try {
    if (types.isNativeError(thrown) || thrown instanceof Error) return formOfError(thrown, seen, depth);
    if (Array.isArray(thrown))
      return withFields({ type: "list", fields: [] }, thrown, Object.keys(thrown), seen, depth);
    if (isRecord(thrown)) return withFields({ type: "record", fields: [] }, thrown, Object.keys(thrown), seen, depth);
    searchContent(thrown, refuse); // both throw if it cannot be cloned
    serialize(thrown);
    return { type: "value", value: thrown };
  } catch {
    return { type: "value", value: inspect(thrown) };
  }
}

/** The thrown value again. An error is an instance of the closest class that this side knows. */
export function deserializeError(form: SerializedError, seen = new Map<SerializedError, unknown>()): unknown {
  if (form.type === "value") return form.value;
  if (seen.has(form)) return seen.get(form);
  const value = form.type === "error" ? bareError(form) : form.type === "list" ? [] : {};
  seen.set(form, value);
  for (const { key, value: field, enumerable } of form.fields)
    define(value, key, deserializeError(field, seen), enumerable);
  if (form.type === "error" && (value as Error).name !== form.name) define(value, "name", form.name, false);
  return value;
}

function formOfError(error: Error, seen: Seen, depth: number): SerializedError {
  const base = closestKnownClass(error);
  const keys = Object.getOwnPropertyNames(error).filter((key) => key !== "message");
  if (base !== "DOMException" && "code" in error && !keys.includes("code")) keys.push("code"); // a getter of its class
  const { name, message } = error;
  const ownName: unknown = error.constructor?.name; // a class may have a static field of that name
  const givenName = typeof ownName === "string" && ownName ? ownName : base;
  const className = knownNames.get(Object.getPrototypeOf(error)) ?? givenName;
  const form: ErrorForm = { type: "error", base, className, name, message: String(message), fields: [] };
  return withFields(form, error, keys, seen, depth);
}

function withFields<F extends SerializedError & { fields: Field[] }>(
  form: F,
  value: object,
  keys: string[],
  seen: Seen,
  depth: number,
): F {
  seen.set(value, form);
  for (const key of keys) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(value, key);
    form.fields.push({ key, value: serializeError(readField(value, key), seen, depth + 1), enumerable });
  }
  return form;
}

/** The field, or a note if its getter throws: the other fields still arrive. */
function readField(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch (error) {
    return `[cannot be read: ${inspect(error, { depth: 0 })}]`;
  }
}

function bareError({ base, className, name, message }: ErrorForm): Error {
  if (base === "DOMException") return new DOMException(message, name);
  const error = new Error(message);
  return Object.setPrototypeOf(error, prototypeOf(base, className));
}

const prototypes = new Map<string, object>();

/** A prototype for a class known by name only: `constructor.name` is that name, `instanceof` holds for the base. */
function prototypeOf(base: string, className: string): object {
  const known = knownClass(base).prototype as object;
  if (className === base) return known;
  const key = `${base} ${className}`;
  const made = prototypes.get(key) ?? namedClass(className, knownClass(base)).prototype;
  prototypes.set(key, made);
  return made;
}

function namedClass(name: string, base: ErrorClass): ErrorClass {
  return { [name]: class extends base {} }[name] as ErrorClass;
}

function closestKnownClass(error: object): string {
  for (let link = Object.getPrototypeOf(error); link; link = Object.getPrototypeOf(link)) {
    const name = knownNames.get(link);
    if (name !== undefined) return name;
  }
  return "Error";
}

function knownClass(name: string): ErrorClass {
  return known.get(name) ?? Error;
}

function isRecord(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Set a field. An assignment to `__proto__` would set the prototype instead. */
function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}
