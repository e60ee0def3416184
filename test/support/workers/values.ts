/** A value of every kind, made and described alike in every thread and process. */
import { createSecretKey, KeyObject, webcrypto } from "node:crypto";
import { BlockList, SocketAddress } from "node:net";
import { inspect, types } from "node:util";
import { MessageChannel } from "node:worker_threads";

declare const WebAssembly: { Module: new (code: Uint8Array) => object };

class Point {
  x = 1;
  y = new Date(2);
}

class Empty {}

class Hidden {
  readonly #secret = 1;
  tell = undefined;
  static secretOf = (hidden: Hidden) => hidden.#secret;
}

class Sealed {
  readonly #secret = 1;
  static secretOf = (sealed: Sealed) => sealed.#secret;
}

class Job extends EventTarget {
  id = 1;
}

class Stack extends Array<number> {}

const bytes = () => Uint8Array.of(1, 2, 3);
const shared = () => new SharedArrayBuffer(4);
const hmac = { name: "HMAC", hash: "SHA-256" };
const wasm = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

const makers = named({
  undefined: () => undefined,
  null: () => null,
  boolean: () => false,
  number: () => -0,
  string: () => "text",
  bigint: () => 2n ** 70n,
  symbol: () => Symbol("s"),
  function: () => () => 1,
  object: () => ({ a: 1, b: { c: [undefined] } }),
  "object without prototype": () => Object.assign(Object.create(null), { a: 1 }),
  "array with a hole": () => Object.assign(new Array(3), { 0: 1, 2: 3 }),
  Map: () => new Map<unknown, unknown>([["key", new Set([1])]]),
  Set: () => new Set([{ a: 1 }, "b"]),
  Date: () => new Date(5),
  RegExp: () => /a+/giu,
  "boxed boolean": () => Object(false),
  "boxed number": () => Object(1),
  "boxed string": () => Object("text"),
  "boxed bigint": () => Object(1n),
  "boxed symbol": () => Object(Symbol("s")),
  ArrayBuffer: () => bytes().buffer,
  Uint8Array: bytes,
  Float64Array: () => Float64Array.of(1.5, Number.NaN),
  BigInt64Array: () => BigInt64Array.of(-1n),
  DataView: () => new DataView(bytes().buffer, 1),
  Buffer: () => Buffer.from("bytes"),
  SharedArrayBuffer: shared,
  "Int32Array of shared memory": () => new Int32Array(shared()),
  Error: () => new RangeError("far", { cause: { a: 1 } }),
  AggregateError: () =>
    new AggregateError([new TypeError("a"), Buffer.from("b"), 3], "all failed", { cause: { c: 1 } }),
  "AggregateError in an AggregateError": () => new AggregateError([new AggregateError([new Error("deep")])]),
  DOMException: () => new DOMException("enough", "AbortError"),
  "Error with a DOMException as its cause": () => new Error("stopped", { cause: new DOMException("enough") }),
  Blob: () => new Blob(["text"], { type: "text/plain" }),
  File: () => new File(["text"], "name.txt", { lastModified: 1 }),
  KeyObject: () => createSecretKey(bytes()),
  CryptoKey: () => webcrypto.subtle.importKey("raw", bytes(), hmac, true, ["sign"]),
  BlockList: () => {
    const list = new BlockList();
    list.addAddress("10.0.0.1");
    return list;
  },
  SocketAddress: () => new SocketAddress({ address: "10.0.0.1", port: 80 }),
  MessagePort: () => new MessageChannel().port1,
  ReadableStream: () => new ReadableStream(),
  WritableStream: () => new WritableStream(),
  TransformStream: () => new TransformStream(),
  AbortSignal: () => new AbortController().signal,
  EventTarget: () => new EventTarget(),
  "instance of a class that extends EventTarget": () => new Job(),
  URL: () => new URL("http://localhost/"),
  URLSearchParams: () => new URLSearchParams("a=1"),
  Headers: () => new Headers({ a: "b" }),
  Response: () => new Response("text"),
  TextDecoder: () => new TextDecoder(),
  "WebAssembly.Module": () => new WebAssembly.Module(wasm),
  "Intl.NumberFormat": () => new Intl.NumberFormat("en"),
  WeakMap: () => new WeakMap(),
  WeakRef: () => new WeakRef({}),
  Promise: () => Promise.resolve(1),
  generator: () => (function* () {})(),
  Proxy: () => new Proxy({ a: 1 }, {}),
  "instance of a class": () => new Point(),
  "instance of a class without fields": () => new Empty(),
  "instance of a class with private fields alone": () => new Sealed(),
  "instance of a class with a private and a public field": () => new Hidden(),
  "instance of a class that extends Array": () => Stack.of(1, 2),
});

function named<K extends string>(all: Record<K, () => unknown>): Record<K, () => unknown> {
  return all;
}

export type Kind = keyof typeof makers;
export const kinds = Object.keys(makers) as Kind[];

/** The places of a value in what is sent. */
const wraps = {
  itself: (value: unknown) => value,
  "a field": (value: unknown) => ({ inner: value }),
  "an item": (value: unknown) => [value],
  "a value of a Map": (value: unknown) => new Map([["inner", value]]),
  "a key of a Map": (value: unknown) => new Map([[value, "inner"]]),
  "an element of a Set": (value: unknown) => new Set([value]),
};

export type Place = keyof typeof wraps;
export const places = Object.keys(wraps) as Place[];

/** A value of this kind, in a list: a Promise could not be returned as it is. */
export async function make(kind: Kind): Promise<[unknown]> {
  const value = makers[kind]();
  return [kind === "CryptoKey" ? await value : value];
}

export const wrap = (value: unknown, place: Place) => wraps[place](value);

/** A value of this kind at this place, as a result. */
export async function send(kind: Kind, place: Place): Promise<unknown> {
  const [value] = await make(kind);
  return wrap(value, place);
}

/** Everything about `value` that must survive. */
export async function describe(value: unknown): Promise<string> {
  if (typeof value !== "object" || value === null) return inspect(value);
  const text = inspect(value, { depth: 5, compact: true, breakLength: Number.POSITIVE_INFINITY });
  const parts = [Object.getPrototypeOf(value)?.constructor.name, await contentOf(value, text)];
  const inner = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  if (!ArrayBuffer.isView(value)) for (const each of inner) parts.push(await describe(each));
  return parts.join(" ");
}

async function contentOf(value: object, text: string): Promise<string> {
  if (value instanceof File) return `${value.name} ${value.lastModified} ${await value.text()}`;
  if (value instanceof Blob) return `${value.type} ${await value.text()}`;
  if (value instanceof KeyObject) return value.export().toString("hex");
  if (types.isCryptoKey(value)) return JSON.stringify(await webcrypto.subtle.exportKey("jwk", value));
  if (value instanceof BlockList) return value.rules.join();
  if (value instanceof SocketAddress) return `${value.address}:${value.port}`;
  if (value instanceof DOMException) return `${value.name}: ${value.message}`;
  if (value instanceof Error)
    return `${value.stack?.split("\n", 2).join()} ${await describe(value.cause)} ${await errorsOf(value)}`;
  if (value instanceof Map || value instanceof Set) return `${value.size}`;
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
  return Object.values(value).length === 0 ? text : "";
}

async function errorsOf(error: Error): Promise<string> {
  return error instanceof AggregateError ? `${Object.keys(error)} of ${await describe(error.errors)}` : "";
}
