import { setMaxListeners } from "node:events";
import type { Described } from "./observing/waiting.js";

const deepestCause = 100; // causes may be cyclic

/** Options of every function that waits. When `signal` aborts, the wait rejects with `signal.reason`. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** Work that stops when `signal` aborts. */
export type Task<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/**
 * True if `error` is the cancellation that `signal` caused: the signal's reason itself, or an error that carries it as
 * its cause, at any depth. False while `signal` is not aborted.
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
  let each = error;
  for (let depth = 0; depth < deepestCause; depth++) {
    if (Object.is(each, signal.reason)) return true;
    if (!(each instanceof Error)) return false;
    each = each.cause;
  }
  return false;
}

type Hook = () => void;

/** A hook may make another one forget: the iterator of a Map then skips that one. The error of one does not keep the others waiting. */
function callAll(hooks: Iterable<Hook>): void {
  for (const hook of hooks) {
    try {
      hook();
    } catch (error) {
      queueMicrotask(() => {
        throw error; // uncaught, as that of a listener
      });
    }
  }
}

/** The controllers of our own making, by their signal. */
const owners = new WeakMap<AbortSignal, HookedController>();

/** Its hooks need no listener: adding one takes Node longer than everything else that a task of a group costs. */
class HookedController extends AbortController {
  #hooks: Map<Hook, Described | undefined> | undefined; // made for the first one: most controllers never have any

  get size(): number {
    return this.#hooks?.size ?? 0;
  }

  get waits(): Iterable<Described | undefined> {
    return this.#hooks?.values() ?? [];
  }

  add(hook: Hook, wait: Described | undefined): void {
    this.#hooks ??= new Map();
    this.#hooks.set(hook, wait);
  }

  delete(hook: Hook): void {
    this.#hooks?.delete(hook);
  }

  override abort(reason?: unknown): void {
    super.abort(reason);
    callAll(this.#hooks?.keys() ?? []);
    this.#hooks = undefined;
  }
}

/** An AbortController whose signal takes any number of listeners without a warning, and hooks at little cost. */
export function createController(): AbortController {
  const controller = new HookedController();
  setMaxListeners(0, controller.signal);
  owners.set(controller.signal, controller);
  return controller;
}

/** Hooks that `signal` has now: a wait that has ended leaves none. For tests. */
export function countHooks(signal: AbortSignal): number {
  return owners.get(signal)?.size ?? foreign.get(signal)?.size ?? 0;
}

/** The hooks of other signals. They share one listener: Node warns at the eleventh, and removes one by linear search. */
const foreign = new WeakMap<AbortSignal, Map<Hook, Described | undefined>>();

/** The waits that `signal` can end now, undefined for those without a description. */
export function waitsUnder(signal: AbortSignal): Iterable<Described | undefined> {
  return owners.get(signal)?.waits ?? foreign.get(signal)?.values() ?? [];
}

/**
 * Call `hook` when `signal` aborts. Returns a function that forgets the hook; call it once the wait is over. `signal`
 * must not be aborted yet. All hooks of one signal share a single listener, so ten thousand waits stay cheap. Throws
 * TypeError if `signal` is no AbortSignal. `wait` describes the wait that ends by it, for `lab ps`.
 *
 * ```js
 * const controller = new AbortController();
 * const forget = onAbort(controller.signal, () => console.log("stopped")); // stopped
 * controller.abort();
 * forget();
 * ```
 */
export function onAbort(signal: AbortSignal, hook: Hook, wait?: Described): () => void {
  const own = owners.get(signal);
  if (own === undefined) return onForeignAbort(signal, hook, wait);
  own.add(hook, wait);
  return () => own.delete(hook);
}

function onForeignAbort(signal: AbortSignal, hook: Hook, wait: Described | undefined): () => void {
  let hooks = foreign.get(signal);
  if (hooks === undefined) {
    checkSignal(signal);
    hooks = new Map();
    foreign.set(signal, hooks);
    signal.addEventListener("abort", fire, { once: true });
  }
  hooks.set(hook, wait);
  return () => forget(signal, hook);
}

/** Throw `signal.reason` if it has aborted, and TypeError if it is no AbortSignal. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal) return;
  checkSignal(signal);
  signal.throwIfAborted();
}

/** The usual slip in JavaScript is the controller in place of its signal. */
function checkSignal(signal: AbortSignal): void {
  if (typeof signal.throwIfAborted === "function") return;
  throw new TypeError(`signal must be an AbortSignal, got ${signal.constructor?.name ?? typeof signal}`);
}

function fire(this: AbortSignal): void {
  callAll(foreign.get(this)?.keys() ?? []);
  foreign.delete(this);
}

function forget(signal: AbortSignal, hook: Hook): void {
  const hooks = foreign.get(signal);
  if (hooks === undefined) return;
  hooks.delete(hook);
  if (hooks.size > 0) return;
  foreign.delete(signal);
  signal.removeEventListener("abort", fire);
}
