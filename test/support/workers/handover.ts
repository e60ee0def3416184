import { threadId } from "node:worker_threads";
import { type BridgePort, openBridge, QueueShutDown } from "../../../src/concurrency/index.js";

export { collectGarbage } from "../collect-garbage.js";

export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export function bytes(view: ArrayBuffer | Uint8Array): number {
  return view.byteLength;
}

export function failDeeply(depth: number): never {
  let error = new Error("the first");
  for (let i = 0; i < depth; i++) error = new Error(`after ${i}`, { cause: error });
  throw error;
}

type Nested = { inner: Nested } | Map<string, Nested> | null;

/** A value with `levels` nested levels, of objects or of Maps. */
export function nested(levels: number, kind: "objects" | "maps"): Nested {
  let value: Nested = null;
  for (let i = 0; i < levels; i++) value = kind === "maps" ? new Map([["inner", value]]) : { inner: value };
  return value;
}

export function levelsOf(value: Nested): number {
  let levels = 0;
  for (let at = value; at; at = at instanceof Map ? (at.get("inner") ?? null) : at.inner) levels++;
  return levels;
}

export function throwNested(levels: number): never {
  throw nested(levels, "maps");
}

export const who = () => `${process.pid}.${threadId}`;

export function failOddly(): never {
  throw Object.defineProperty(new RangeError("odd"), "trap", {
    enumerable: true,
    get() {
      throw new Error("not to be read");
    },
  });
}

/** Sends on the channel of the pool, as a task may try to. */
export function sendAway(): string {
  process.send?.(null);
  return "still here";
}

/** Add up the items of a BridgeQueue until it is shut down. */
export function sumItems(port: BridgePort<number>): number {
  const queue = openBridge(port);
  let sum = 0;
  try {
    for (;;) {
      sum += queue.get();
      queue.taskDone();
    }
  } catch (error) {
    if (error instanceof QueueShutDown) return sum;
    throw error;
  }
}

export const takeOne = (port: BridgePort<number>) => openBridge(port).get();

export function nothing(): void {}
