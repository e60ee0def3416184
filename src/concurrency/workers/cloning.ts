import { types } from "node:util";

/**
 * The deepest value that may travel, in levels. Sender and receiver both recurse, and the receiver gives up earlier: in
 * a process, by an exception that nobody can catch. In the worst case Node 20 and 24 read some 1,600 levels.
 */
const deepest = 1000;

/** The parts of a value that need care on the way to another worker. */
export interface Content {
  /** The Buffers in it. A structured clone turns them into plain Uint8Arrays. */
  readonly buffers: Uint8Array[];
  /** The AggregateErrors in it. A structured clone turns them into plain Errors. */
  readonly aggregates: AggregateError[];
  /** Every object in it, and the memory of every view. */
  readonly objects: Set<object>;
}

/** Decides about an object with content outside of its fields, such as a Blob or a MessagePort. */
export type Accepts = (object: object) => boolean;

interface Search extends Content {
  readonly accepts: Accepts;
}

/**
 * Search all that a structured clone copies of `value`, in the order of the clone. Throws a DataCloneError if `value`
 * is nested more than 1,000 levels deep, or contains an object that a clone would empty and `accepts` refuses.
 */
export function searchContent(value: unknown, accepts: Accepts): Content {
  const found = { buffers: [], aggregates: [], objects: new Set<object>(), accepts };
  if (typeof value === "object" && value !== null) search(value, found, 0);
  return found;
}

/** Accepts no object with content outside of its fields. */
export const refuse: Accepts = () => false;

function searchAll(values: readonly unknown[], found: Search, depth: number): void {
  for (const value of values) if (typeof value === "object" && value !== null) search(value, found, depth);
}

function search(value: object, found: Search, depth: number): void {
  if (found.objects.has(value)) return;
  if (depth > deepest) throw new DOMException(`nested more than ${deepest} levels deep`, "DataCloneError");
  found.objects.add(value);
  if (Array.isArray(value)) {
    searchAll(value, found, depth + 1);
  } else if (ArrayBuffer.isView(value)) {
    if (Buffer.isBuffer(value)) found.buffers.push(value);
    if (value.buffer instanceof ArrayBuffer) found.objects.add(value.buffer);
    else search(value.buffer, found, depth + 1);
  } else {
    searchAll(partsOf(value, found), found, depth + 1);
  }
}

/** The parts of an object that a structured clone copies, and the errors of an AggregateError. */
function partsOf(value: object, { aggregates, accepts }: Search): readonly unknown[] {
  const kind = kindOf(value);
  if (kind === "record") return Object.values(value);
  if (kind === "map") return [...(value as Map<unknown, unknown>)].flat();
  if (kind === "set") return [...(value as Set<unknown>)];
  if (kind === "error") return [(value as Error).cause]; // a clone keeps no other field of its own
  if (kind === "aggregate") {
    const aggregate = value as AggregateError;
    aggregates.push(aggregate);
    return [aggregate.cause, aggregate.errors];
  }
  if (kind === "whole") return [];
  const fields = kind === "opaque" ? [] : Object.values(value);
  if (fields.length > 0 || accepts(value)) return fields;
  throw new DOMException(
    `${nameOf(value)} could not be cloned: it has content outside of its fields`,
    "DataCloneError",
  );
}

/**
 * How a structured clone takes an object. A "whole" one is copied, and contains no others. An "instance" of a class
 * becomes a plain object of its fields; without any, its content must be elsewhere. An "opaque" one is of a class of
 * the platform that has handles or private fields.
 */
type Kind = "record" | "map" | "set" | "error" | "aggregate" | "whole" | "instance" | "opaque";

const kinds = new WeakMap<object, Kind>();

/** The kind of an object. It is found once for each prototype. */
function kindOf(value: object): Kind {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null)
    return "record"; // of any realm
  const known = kinds.get(prototype);
  if (known) return known;
  const kind = examine(value);
  kinds.set(prototype, kind);
  return kind;
}

function examine(value: object): Kind {
  if (types.isMap(value)) return "map";
  if (types.isSet(value)) return "set";
  if (types.isDate(value) || types.isRegExp(value) || types.isArrayBuffer(value)) return "whole";
  if (types.isBoxedPrimitive(value)) return "whole";
  if (types.isNativeError(value) && !(value instanceof DOMException))
    return value instanceof AggregateError ? "aggregate" : "error";
  return isOfPlatform(value) ? "opaque" : "instance";
}

/** True if the class of `value` extends a global one of JavaScript or Node. Those of a program are enumerable. */
function isOfPlatform(value: object): boolean {
  for (let link = Object.getPrototypeOf(value); link; link = Object.getPrototypeOf(link)) {
    const owner: unknown = Object.getOwnPropertyDescriptor(link, "constructor")?.value;
    if (typeof owner !== "function" || owner === Object || owner === Error) continue;
    const { name } = owner;
    if (
      Object.getOwnPropertyDescriptor(globalThis, name)?.enumerable === false &&
      Reflect.get(globalThis, name) === owner
    )
      return true;
  }
  return false;
}

function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name ? `#<${name}>` : "an object";
}

const keeping = new WeakMap<object, boolean>();

/** True if a structured clone of `object` is of its class too. Node then clones its content. Tried once for each class. */
export function keepsClass(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  const known = keeping.get(prototype);
  if (known !== undefined) return known;
  let keeps = false;
  try {
    keeps = Object.prototype.isPrototypeOf.call(prototype, structuredClone(object));
  } catch {} // it cannot be cloned at all
  keeping.set(prototype, keeps);
  return keeps;
}

/**
 * `error` as a DataCloneError. Threads throw one for a value that cannot be cloned; the serialiser of processes throws
 * a plain Error.
 */
export function dataCloneError(error: unknown): DOMException {
  if (error instanceof DOMException && error.name === "DataCloneError") return error;
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new DOMException(message, "DataCloneError"), { cause: error });
}
