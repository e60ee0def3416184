import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onAbort } from "../../concurrency/index.js";
import { startNode } from "../start-node.js";
import type { Note, Start } from "./programs/start.js";
import { now } from "./programs/times.js";

/** How one child process ended. */
export interface ProgramEnd {
  start: Start;
  /** Milliseconds from the end of main, or from the last signal, to the end of the process. null: it came to neither. */
  ms: number | null;
  /** null if a signal ended the process. */
  exitCode: number | null;
  /** The signal that ended the process. */
  signal: NodeJS.Signals | null;
  /** The parts that ran to their end, in the order of time. A task of a pool counts once its result is there. */
  ran: string[];
  /** The parts that were stopped by an error, so that their owner could clean up. */
  cancelled: string[];
  /** The other parts: they ended without a word, or never began. */
  lost: string[];
  /** Whether the lab had to kill it. */
  cutOff: boolean;
}

export interface Program {
  url: URL;
  /** Its arguments behind the way to start it. */
  args: readonly string[];
  /** The parts that may run. */
  parts: readonly string[];
  /** Signals to send, each when the program says so for the first time. None: it ends when main is done. */
  signals: readonly { signal: NodeJS.Signals; when: string }[];
}

/**
 * Run a program in a child process until it ends, for `limitMs` at most. Cancellation: kills the child, waits for its
 * end, and rejects with `signal.reason`.
 */
export async function runProgram(
  { url, args, parts, signals }: Program,
  start: Start,
  { signal, limitMs }: { signal: AbortSignal; limitMs: number },
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const child = await startNode([fileURLToPath(url), start, ...args]);
  const notes = new Notes(signals, (name) => child.kill(name));
  const kill = () => child.kill("SIGKILL");
  const forget = onAbort(signal, kill);
  let cutOff = false;
  const limit = setTimeout(() => {
    cutOff = kill();
  }, limitMs);
  try {
    if (signal.aborted) kill();
    const { endedAt, exitCode, endSignal } = await readToEnd(child, notes);
    signal.throwIfAborted();
    const { ran, cancelled, begunAt } = notes;
    const lost = parts.filter((name) => !ran.includes(name) && !cancelled.includes(name));
    const ms = begunAt === undefined ? null : endedAt - begunAt;
    return { start, ms, exitCode, signal: endSignal, ran, cancelled, lost, cutOff };
  } finally {
    clearTimeout(limit);
    forget();
  }
}

/** Take the notes of a child until its end. */
async function readToEnd(child: Awaited<ReturnType<typeof startNode>>, notes: Notes) {
  let endedAt = 0;
  child.once("exit", () => {
    endedAt = now();
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith('{"kind":')) notes.take(JSON.parse(line) as Note); // a preloaded module may print as well
  });
  const [exitCode, endSignal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { endedAt, exitCode, endSignal };
}

/** The notes of a program so far. Sends it its signals. */
class Notes {
  readonly ran: string[] = [];
  readonly cancelled: string[] = [];
  /** When its end began: main was done, or the last signal was sent. */
  begunAt: number | undefined;
  readonly #signals: { signal: NodeJS.Signals; when: string }[];
  readonly #send: (signal: NodeJS.Signals) => void;

  constructor(signals: Program["signals"], send: (signal: NodeJS.Signals) => void) {
    this.#signals = [...signals];
    this.#send = send;
  }

  take({ kind, what, at }: Note): void {
    if (kind !== "says") this[kind].push(what);
    if (kind !== "says" && what === "main") this.begunAt ??= at;
    if (this.#signals[0]?.when !== what) return;
    const [next] = this.#signals.splice(0, 1);
    this.begunAt = now();
    if (next) this.#send(next.signal);
  }
}
