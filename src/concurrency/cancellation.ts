import { setMaxListeners } from "node:events";

/** Options of every function that waits. When `signal` aborts, the wait rejects with `signal.reason`. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** Work that stops when `signal` aborts. */
export type Task<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/**
 * True if `error` is the cancellation that `signal` caused: the signal's reason itself, or Node's AbortError with that
 * reason as its cause. False while `signal` is not aborted.
 *
 * ```js
 * const controller = new AbortController();
 * controller.abort(new Error("enough"));
 * try {
 *   await sleep(1000, controller);
 * } catch (error) {
 *   console.log(isCancelled(error, controller.signal)); // true
 * }
 * ```
 */
export function isCancelled(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (Object.is(error, signal.reason)) return true;
  return error instanceof Error && error.name === "AbortError" && Object.is(error.cause, signal.reason);
}

/** An AbortController whose signal takes any number of listeners without a warning. */
export function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

const hooks = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Call `hook` when `signal` aborts. Returns a function that forgets the hook; call it once the wait is over. `signal`
 * must not be aborted yet. All hooks of one signal share a single listener, so ten thousand waits stay cheap.
 *
 * ```js
 * const controller = new AbortController();
 * const forget = onAbort(controller.signal, () => console.log("stopped")); // stopped
 * controller.abort();
 * forget();
 * ```
 */
export function onAbort(signal: AbortSignal, hook: () => void): () => void {
  // Node warns at the eleventh listener and searches a linear list to remove one: quadratic for many waits.
  let waiting = hooks.get(signal);
  if (waiting === undefined) {
    waiting = new Set();
    hooks.set(signal, waiting);
    signal.addEventListener("abort", fire, { once: true });
  }
  waiting.add(hook);
  return () => forget(signal, hook);
}

function fire(this: AbortSignal): void {
  for (const hook of hooks.get(this) ?? []) hook(); // a hook may make another one forget: the Set then skips that one
  hooks.delete(this);
}

function forget(signal: AbortSignal, hook: () => void): void {
  const waiting = hooks.get(signal);
  if (waiting === undefined) return;
  waiting.delete(hook);
  if (waiting.size > 0) return;
  hooks.delete(signal);
  signal.removeEventListener("abort", fire);
}
