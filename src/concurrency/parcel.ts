import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { findBinaries } from "./binaries.js";

/** A message between threads, and which of the views in it are Buffers: a structured clone forgets that. */
export type Parcel<T> = readonly [body: T, buffers?: readonly Uint8Array[]];

/**
 * Post `body`. Only `content`, a part of it, is searched for binary data; those of `movable` that are found are moved.
 * Throws a DataCloneError, and moves nothing, if it cannot be cloned.
 */
export function postParcel<T>(
  port: MessagePort,
  body: T,
  content: unknown,
  movable: readonly ArrayBuffer[] = [],
): void {
  const { buffers, objects } = findBinaries(content);
  const moved = movable.filter((each) => objects.has(each));
  port.postMessage(buffers.length > 0 ? [body, buffers] : [body], moved);
}

export function openParcel<T>([body, buffers = []]: Parcel<T>): T {
  for (const clone of buffers) Object.setPrototypeOf(clone, Buffer.prototype);
  return body;
}

/** Call `take` with each message: one wakes the event loop, what else has arrived by then costs far less. */
export function receiveParcels<T>(port: MessagePort, take: (body: T) => void): void {
  port.on("message", (parcel: Parcel<T>) => {
    take(openParcel(parcel));
    drainParcels(port, take);
  });
}

/** Call `take` with each message that has arrived. */
export function drainParcels<T>(port: MessagePort, take: (body: T) => void): void {
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) take(openParcel(next.message));
}
