import { isCancelled } from "./cancellation.js";
import { Children } from "./children.js";
import { Interrupted } from "./errors.js";
import type { TaskGroup } from "./task-group.js";

export interface RunContext {
  /** Aborts with Interrupted on the first signal to end, with the error of a spawned task that failed, and at the end. */
  readonly signal: AbortSignal;
  /** Start a background task; whatever still runs when main is done is aborted and awaited. */
  spawn: TaskGroup["spawn"];
  /** Call `cleanup` once everything has stopped: last in, first out, one after another, each awaited. */
  defer(cleanup: () => unknown): void;
}

export interface RunOptions {
  /** Which signals ask the program to end (default: SIGINT, SIGTERM, SIGHUP). */
  signals?: readonly NodeJS.Signals[];
  /** Told of each error that cannot be thrown because an earlier one is (default: print it to stderr). */
  onError?: (error: unknown) => void;
}

let running = false;

/**
 * Run a program from start to clean end (asyncio.run): main, abort what is left over, await it, then the clean-ups.
 * The first signal aborts `ctx.signal` with Interrupted, and main decides: it may return normally, or stop with that
 * reason, which then comes out. A second signal ends the process at once with 128 + its number. Keeps the event loop
 * alive until main is done, so that a main that waits for a queue still notices Ctrl-C.
 *
 * Resolves with main's value. Rejects with the first real error of main, a spawned task or a clean-up; the others go to
 * `onError`. Only one run() at a time: throws inside another.
 */
export async function run<T>(main: (ctx: RunContext) => T | PromiseLike<T>, opts: RunOptions = {}): Promise<T> {
  if (running) throw new Error("run() was called while another run() is active: there is one per process");
  running = true;
  const { signals = ["SIGINT", "SIGTERM", "SIGHUP"], onError = printError } = opts;
  const errors: unknown[] = [];
  const cleanups: (() => unknown)[] = [];
  const children = new Children(undefined, (error) => {
    errors.push(error);
    children.abort(error);
  });
  const ignoreSignals = onSignals(signals, (reason) => children.abort(reason));
  const keepAlive = setInterval(() => {}, 2 ** 30);
  try {
    const end = await settle(() =>
      main({
        signal: children.signal,
        spawn: (fn, spawnOpts) => children.spawn(fn, spawnOpts),
        defer: (cleanup) => void cleanups.push(cleanup),
      }),
    );
    if ("error" in end && !isCancelled(end.error, children.signal)) errors.push(end.error);
    children.abort(new Error("main is done"));
    await children.close();
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) {
      const outcome = await settle(cleanup);
      if ("error" in outcome) errors.push(outcome.error);
    }
    for (const late of errors.slice(1)) onError(late);
    if (errors.length > 0) throw errors[0];
    if ("error" in end) throw children.signal.reason;
    return end.value;
  } finally {
    clearInterval(keepAlive);
    ignoreSignals();
    running = false;
  }
}

function printError(error: unknown): void {
  console.error(error); // with its stack and its causes
}

async function settle<T>(fn: () => T | PromiseLike<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await fn() };
  } catch (error) {
    return { error };
  }
}

/** Call `interrupt` for the first signal; a second one, of any of these, ends the process. */
function onSignals(signals: readonly NodeJS.Signals[], interrupt: (reason: Interrupted) => void): () => void {
  let asked = false;
  const listener = (signal: NodeJS.Signals) => {
    const reason = new Interrupted(signal);
    if (asked) process.exit(reason.exitCode);
    asked = true;
    interrupt(reason);
  };
  for (const signal of signals) {
    try {
      process.on(signal, listener);
    } catch {
      // A signal that cannot be caught here ends the program without being asked; that is no reason not to run.
    }
  }
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
