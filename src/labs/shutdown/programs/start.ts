import { writeSync } from "node:fs";
import { type RunContext, runMain } from "../../../concurrency/index.js";
import { now } from "./times.js";

/** How a program is started: by runMain(), as a plain call of main, or with process.exit() behind that. */
export type Start = "run" | "alone" | "exit";

/** One line that a program prints about one of its parts, or about itself. `at` is monotonic, in ms. */
export interface Note {
  kind: "ran" | "cancelled" | "says";
  what: string;
  at: number;
}

type Main = (context: Pick<RunContext, "signal" | "spawn">) => Promise<void>;

/** Start the program in the way that its first argument names. All programs of this folder are started by this. */
export function start(main: Main): void {
  const how = process.argv[2] as Start;
  const noted = (context: Pick<RunContext, "signal" | "spawn">) => part("main", () => main(context));
  if (how === "run") runMain(noted);
  else void noted(alone).then(() => how === "exit" && process.exit());
}

/** Without run(): nobody aborts the signal, and nobody owns a task. */
const alone: Pick<RunContext, "signal" | "spawn"> = {
  signal: new AbortController().signal,
  spawn: (task) => Object.assign(Promise.resolve(task(alone.signal)), { cancel: () => {} }),
};

/** Run a part of a program, and note that it ran to its end or was cancelled. Rejects as the part does. */
export async function part<T>(what: string, work: () => T | PromiseLike<T>): Promise<T> {
  try {
    const value = await work();
    note("ran", what);
    return value;
  } catch (error) {
    note("cancelled", what);
    throw error;
  }
}

/** Tell the lab a moment at which it may send a signal. */
export function say(what: string): void {
  note("says", what);
}

/** A synchronous write is never lost, however the program ends. It works in a thread as well. */
function note(kind: Note["kind"], what: string): void {
  writeSync(1, `${JSON.stringify({ kind, what, at: now() } satisfies Note)}\n`);
}
