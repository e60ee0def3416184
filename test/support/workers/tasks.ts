/**
 * The functions that the executor tests call in a worker. Gates are files, because threads and processes can share
 * them.
 */
import { appendFileSync, existsSync, readdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";

export const notAFunction = 42;

export const add = (a: number, b: number) => a + b;
export const addLater = async (a: number, b: number) => a + b;
export const echo = <T>(value: T): T => value;
export const who = () => `${process.pid}.${threadId}`;
export const kindOf = (value: object) => Object.prototype.toString.call(value) + value.constructor.name;
export const byteLength = (memory: ArrayBuffer) => memory.byteLength;
export const makeFunction = () => () => {};
export const exit = (code: number) => process.exit(code);
export const note = (path: string, text: string) => appendFileSync(path, text);
export const bytes = (count: number) => Buffer.alloc(count, 7);
export const nothing = () => {};

/** Announce the start. The file appears together with its text, the process id. */
function announce(started: string): void {
  writeFileSync(`${started}.new`, `${process.pid}`);
  renameSync(`${started}.new`, started);
}

/** Wait for the latch to open. */
export async function holdUntil(started: string, latch: string): Promise<string> {
  announce(started);
  while (!existsSync(latch)) await new Promise((resolve) => setTimeout(resolve, 2));
  return who();
}

export function spin(started: string): never {
  announce(started);
  for (;;);
}

/** Wait for the latch to open, and block the event loop meanwhile. */
export function blockUntil(started: string, latch: string): void {
  announce(started);
  while (!existsSync(latch)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

/** Fill the heap, with pauses in which a thread can be stopped. */
export async function fillMemory(): Promise<never> {
  const kept: unknown[] = [];
  for (;;) {
    kept.push(new Array(1000).fill(0));
    if (kept.length % 100 === 0) await null;
  }
}

/** Fill the heap in a loop that Node 24 and 26 cannot stop in a thread. */
export function fillMemoryAtOnce(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1000).fill(0));
}

/** How many calls of this function run now, this one included. */
export async function countTogether(folder: string, id: number): Promise<number> {
  const mine = `${folder}/${id}`;
  writeFileSync(mine, "");
  await new Promise((resolve) => setTimeout(resolve, 2));
  const together = readdirSync(folder).length;
  unlinkSync(mine);
  return together;
}

class Refused extends RangeError {
  readonly code = "E_REFUSED";
  readonly details = { limit: 3, inner: new TypeError("inner") };
}

export function fail(): never {
  const cause = new AggregateError([new TypeError("first"), "second"], "both");
  throw new Refused("no more", { cause });
}

export function failInCircles(): never {
  const error = new Error("round");
  error.cause = error;
  throw error;
}

export function failWith(value: unknown): never {
  throw value;
}

export function failUncloneably(): never {
  throw Object.assign(new Error("kept"), { handler() {}, symbol: Symbol("s"), blob: new Blob(["a"]) });
}

export function abortWith(reason: string): void {
  AbortSignal.abort(new DOMException(reason, "AbortError")).throwIfAborted();
}

/** Return at once, and throw an error that nobody can catch once `latch` is there. */
export function throwLater(latch: string): void {
  const timer = setInterval(() => {
    if (!existsSync(latch)) return;
    clearInterval(timer);
    throw new Error("stray");
  }, 2);
}

export function rejectUnheard(): Promise<never> {
  void Promise.reject(new Error("unheard"));
  return new Promise(() => {});
}

export const abortProcess = () => process.abort();
