import { inspect, types } from "node:util";
import { serialize } from "node:v8";
import * as own from "../errors.js";

/**
 * A thrown value in a form that survives cloning. A structured clone of an error loses its class, `code` and `errors`,
 * and makes a plain object of a DOMException. The form is cyclic where the value is, which cloning keeps.
 */
export type Portable =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "list"; readonly fields: Field[] }
  | { readonly type: "record"; readonly fields: Field[] }
  | PortableError;

interface PortableError {
  readonly type: "error";
  /** The closest class that both sides know. */
  readonly base: string;
  /** The name of the error's own class. */
  readonly className: string;
  readonly name: string;
  readonly message: string;
  /** What else the error has: stack, cause, errors, code, and whatever its class adds. */
  readonly fields: Field[];
}

interface Field {
  readonly key: string;
  readonly value: Portable;
  readonly enumerable: boolean;
}

const deepest = 100; // causes of causes; both sides recurse

type ErrorClass = abstract new (...args: never[]) => Error;
const standard = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
const known = new Map<string, ErrorClass>([
  ...[...standard, DOMException].map((each): [string, ErrorClass] => [each.name, each]),
  ...Object.entries(own),
]);

/** Make anything that was thrown fit to travel. Never throws: what cannot be cloned is replaced by its description. */
export function toPortable(thrown: unknown, seen = new Map<unknown, Portable>(), depth = 0): Portable {
  const before = seen.get(thrown);
  if (before) return before;
  if (depth > deepest) return { type: "value", value: "[nested too deeply to travel]" };
  try {
    if (types.isNativeError(thrown) || thrown instanceof Error) return errorToPortable(thrown, seen, depth);
    if (Array.isArray(thrown))
      return fieldsToPortable({ type: "list", fields: [] }, thrown, Object.keys(thrown), seen, depth);
    if (isRecord(thrown))
      return fieldsToPortable({ type: "record", fields: [] }, thrown, Object.keys(thrown), seen, depth);
    serialize(thrown); // throws unless it can be cloned
    return { type: "value", value: thrown };
  } catch {
    return { type: "value", value: inspect(thrown) };
  }
}

/** What toPortable() was given, as far as it could travel; an error is an instance of the closest class known here. */
export function fromPortable(portable: Portable, seen = new Map<Portable, unknown>()): unknown {
  if (portable.type === "value") return portable.value;
  if (seen.has(portable)) return seen.get(portable);
  const value = portable.type === "error" ? bareError(portable) : portable.type === "list" ? [] : {};
  seen.set(portable, value);
  for (const { key, value: field, enumerable } of portable.fields)
    define(value, key, fromPortable(field, seen), enumerable);
  if (portable.type === "error" && (value as Error).name !== portable.name) define(value, "name", portable.name, false);
  return value;
}

function errorToPortable(error: Error, seen: Map<unknown, Portable>, depth: number): Portable {
  const base = closestKnownClass(error);
  const keys = Object.getOwnPropertyNames(error).filter((key) => key !== "message");
  if (base !== "DOMException" && "code" in error && !keys.includes("code")) keys.push("code"); // a getter of its class
  const { name, message } = error;
  const ownName: unknown = error.constructor?.name; // a class may have a static of that name
  const className = typeof ownName === "string" && ownName ? ownName : base;
  const portable: PortableError = { type: "error", base, className, name, message: String(message), fields: [] };
  return fieldsToPortable(portable, error, keys, seen, depth);
}

function fieldsToPortable<P extends Portable & { fields: Field[] }>(
  portable: P,
  value: object,
  keys: string[],
  seen: Map<unknown, Portable>,
  depth: number,
): P {
  seen.set(value, portable);
  for (const key of keys) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(value, key);
    portable.fields.push({ key, value: toPortable(readField(value, key), seen, depth + 1), enumerable });
  }
  return portable;
}

/** A getter that throws costs its own field, not the whole error. */
function readField(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch (error) {
    return `[cannot be read: ${inspect(error, { depth: 0 })}]`;
  }
}

function bareError({ base, className, name, message }: PortableError): Error {
  if (base === "DOMException") return new DOMException(message, name);
  const error = new Error(message);
  return Object.setPrototypeOf(error, prototypeOf(base, className));
}

const prototypes = new Map<string, object>();

/** The prototype of a class we only know by name, so that `constructor.name` and `instanceof` tell what they can. */
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
    const name = link.constructor?.name;
    if (known.get(name)?.prototype === link) return name;
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

/** Not by assignment: a field may be called `__proto__`. */
function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}
