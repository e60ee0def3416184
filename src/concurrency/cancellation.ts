/** Options of everything that waits: aborting `signal` ends the wait, which rejects with `signal.reason`. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** Work that is told through `signal` when to stop. */
export type Task<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/**
 * True if `error` is the cancellation caused by `signal`: its reason itself, or the AbortError that Node's own
 * functions reject with, whose cause is that reason.
 */
export function isCancelled(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (Object.is(error, signal.reason)) return true;
  return error instanceof Error && error.name === "AbortError" && Object.is(error.cause, signal.reason);
}

const hooks = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Call `hook` when `signal` (not yet aborted) aborts. The returned function forgets the hook; call it once the wait is over.
 *
 * However many callers wait, the signal carries a single listener: Node warns at the eleventh and searches a linear
 * list to remove one, which would make ten thousand waits on one signal quadratic.
 */
export function onAbort(signal: AbortSignal, hook: () => void): () => void {
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
  for (const hook of hooks.get(this) ?? []) hook(); // one of them may make another forget its hook: that one is skipped
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
