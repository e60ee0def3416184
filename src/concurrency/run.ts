import { isCancelled } from "./cancellation.js";
import { Children } from "./children.js";
import { Interrupted } from "./errors.js";
import { watchForDeadlock } from "./observing/deadlock.js";
import { answerTheBell } from "./observing/door-bell.js";
import { observer } from "./observing/observer.js";
import { setRootScope } from "./observing/waiting.js";
import { isIgnored } from "./process/ignored-signals.js";
import type { TaskGroup } from "./task-group.js";
import { startTimer } from "./timer.js";

export interface RunContext {
  /** Aborts with Interrupted on the first signal, with the error of a failed spawned task, and when main is done. */
  readonly signal: AbortSignal;
  /** Start a background task. It is aborted and awaited when main is done. */
  spawn: TaskGroup["spawn"];
  /** Call `cleanup` once all tasks have stopped. Clean-ups run last in, first out, each awaited. */
  defer(cleanup: () => unknown): void;
}

export interface RunOptions {
  /** Signals that ask the program to end (default: SIGINT, SIGTERM, SIGHUP). */
  signals?: readonly NodeJS.Signals[];
  /** Gets each error after the first, which is thrown (default: print it to stderr). */
  onError?: (error: unknown) => void;
  /** Gets the names of the tasks that still run 2 s after the first signal (default: print them to stderr). */
  onWaiting?: (names: readonly string[], reason: Interrupted) => void;
  /** Gets lines that name the tasks of a deadlock and their waits, once (default: print them to stderr). */
  onDeadlock?: (lines: readonly string[]) => void;
}

const waitingAfterMs = 2000;

let running = false;

/**
 * Run a program from start to clean end (asyncio.run): main, then abort and await its tasks, then the clean-ups. The
 * process stays alive until main is done. The first signal aborts `ctx.signal` with Interrupted. main may still return a
 * value; if it stops with that reason, run() rejects with it. A second signal ends the process with 128 + its number. A
 * signal that the program was started to ignore, as by nohup, stays ignored.
 *
 * Resolves with main's value. Rejects with the first error of main, a spawned task or a clean-up. Later ones go to
 * `onError`. Rejects inside another run(), and with TypeError for an unknown signal.
 *
 * ```js
 * const value = await run(async ({ spawn, defer }) => {
 *   defer(() => console.log("closed")); // closed
 *   spawn((own) => sleep(60_000, { signal: own })); // aborted when main is done
 *   return 42;
 * });
 * console.log(value); // 42
 * ```
 */
export async function run<T>(main: (ctx: RunContext) => T | PromiseLike<T>, opts: RunOptions = {}): Promise<T> {
  if (running) throw new Error("run() was called while another run() is active: there is one per process");
  const { signals = ["SIGINT", "SIGTERM", "SIGHUP"], onError = printError, onWaiting = printWaiting } = opts;
  const { onDeadlock = printLines } = opts;
  const errors: unknown[] = [];
  const cleanups: (() => unknown)[] = [];
  const children = new Children("run", undefined, (error) => {
    errors.push(error);
    children.abort(error);
  });
  let mainRuns = true;
  let stopTimer = () => {};
  const interrupt = (reason: Interrupted) => {
    children.abort(reason);
    const names = () => [...(mainRuns ? ["main"] : []), ...children.running.map(({ name }) => name ?? "unnamed")];
    stopTimer = startTimer(waitingAfterMs, () => onWaiting(names(), reason));
  };
  const ignoreSignals = onSignals(signals, interrupt); // throws for an unknown one: then nothing runs yet
  const keepAlive = setInterval(() => {}, 2 ** 30);
  running = true;
  setRootScope(children);
  const stopWatch = watchForDeadlock(1, onDeadlock);
  const stopAnswering = answerTheBell();
  try {
    const context: RunContext = {
      signal: children.signal,
      spawn: (fn, spawnOpts) => children.spawn(fn, spawnOpts),
      defer: (cleanup) => void cleanups.push(checkCleanup(cleanup)),
    };
    const start = () => settle(() => main(context));
    const end = await (observer ? observer.task("main", children.signal, start) : start());
    mainRuns = false;
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
    setRootScope(undefined);
    stopWatch();
    stopAnswering();
    stopTimer();
    ignoreSignals();
    running = false;
  }
}

function printError(error: unknown): void {
  console.error(error); // prints the stack and the causes too
}

function printWaiting(names: readonly string[], { signal }: Interrupted): void {
  const waitingFor = names.length > 0 ? names.join(", ") : "clean-ups";
  console.error(
    `Still waiting for ${waitingFor}, ${waitingAfterMs / 1000} s after ${signal}; a second one ends at once`,
  );
}

function printLines(lines: readonly string[]): void {
  console.error(lines.join("\n"));
}

/** A missing clean-up is told where it is missing, and not at the end. */
function checkCleanup(cleanup: unknown): () => unknown {
  if (typeof cleanup === "function") return cleanup as () => unknown;
  throw new TypeError(`defer() expects a function, got ${String(cleanup)}`);
}

async function settle<T>(fn: () => T | PromiseLike<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await fn() };
  } catch (error) {
    return { error };
  }
}

/** Call `interrupt` for the first signal. A second one ends the process. An ignored signal does nothing. */
function onSignals(signals: readonly NodeJS.Signals[], interrupt: (reason: Interrupted) => void): () => void {
  let asked = false;
  const listener = (signal: NodeJS.Signals) => {
    const reason = new Interrupted(signal);
    if (asked) process.exit(reason.exitCode);
    asked = true;
    interrupt(reason);
  };
  const listeners = signals.map((signal) => [signal, isIgnored(signal) ? ignore : listener] as const);
  for (const [signal, listen] of listeners) {
    try {
      process.on(signal, listen);
    } catch {
      // A platform that cannot catch this signal ends the program without asking.
    }
  }
  return () => {
    for (const [signal, listen] of listeners) process.off(signal, listen);
  };
}

function ignore(): void {}
