import { types } from "node:util";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Content, keepsClass, searchContent } from "./cloning.js";
import type { Movable } from "./executor.js";

/**
 * A message with lists of what a structured clone impairs in it: it makes plain Uint8Arrays of Buffers, and plain Errors of
 * AggregateErrors.
 */
export type Parcel<T> = readonly [
  body: T,
  buffers?: readonly Uint8Array[],
  aggregates?: readonly (readonly [error: Error, errors: unknown])[],
];

/** A parcel of `body`. The lists are those of its content; Buffers that arrive intact may be left out. */
export function pack<T>(
  body: T,
  { buffers = [], aggregates }: Pick<Content, "aggregates"> & Partial<Pick<Content, "buffers">>,
): Parcel<T> {
  if (aggregates.length > 0) return [body, buffers, aggregates.map((error) => [error, error.errors])];
  return buffers.length > 0 ? [body, buffers] : [body];
}

/**
 * Post `body`, and move the buffers and ports of `movable` that occur in `content`. Only `content`, a part of `body`, is
 * searched for them. Throws a DataCloneError, and moves nothing, if `body` cannot be cloned or is nested too deeply.
 */
export function postParcel<T>(port: MessagePort, body: T, content: unknown, movable: readonly Movable[] = []): void {
  const accepts = (object: object) => movable.includes(object as Movable) || keepsClass(object);
  const found = searchContent(content, accepts);
  const moved = movable.filter((each) => found.objects.has(each));
  if (moved.some(isDetached)) throw new DOMException("an ArrayBuffer to move is detached", "DataCloneError");
  port.postMessage(pack(body, found), moved);
}

/** The body of a parcel, with its Buffers and AggregateErrors restored. */
export function openParcel<T>([body, buffers = [], aggregates = []]: Parcel<T>): T {
  for (const clone of buffers) Object.setPrototypeOf(clone, Buffer.prototype);
  for (const [clone, errors] of aggregates) {
    Object.setPrototypeOf(clone, AggregateError.prototype);
    Object.defineProperty(clone, "errors", { value: errors, writable: true, configurable: true });
  }
  return body;
}

/** True for a buffer that was moved before. Node 20 posts it without an error, but nobody can read the message. */
function isDetached(buffer: Movable): boolean {
  if (!types.isArrayBuffer(buffer) || buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/**
 * Call `take` with each message. One message wakes the event loop, and all others that have arrived are read with it,
 * which costs far less. `unreadable` is called for a message that cannot be deserialised, for instance one that is
 * nested too deeply.
 */
export function receiveParcels<T>(
  port: MessagePort,
  take: (body: T) => void,
  unreadable: (error: Error) => void,
): void {
  port.on("messageerror", unreadable);
  port.on("message", (parcel: Parcel<T>) => {
    take(openParcel(parcel));
    drainParcels(port, take, unreadable);
  });
}

/** Call `take` with each message that has arrived. */
export function drainParcels<T>(port: MessagePort, take: (body: T) => void, unreadable: (error: Error) => void): void {
  for (let next = receive<T>(port, unreadable); next; next = receive<T>(port, unreadable))
    take(openParcel(next.message));
}

function receive<T>(port: MessagePort, unreadable: (error: Error) => void): { message: Parcel<T> } | undefined {
  try {
    return receiveMessageOnPort(port);
  } catch (error) {
    unreadable(error as Error);
    return undefined;
  }
}
