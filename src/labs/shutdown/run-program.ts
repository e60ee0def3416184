import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ExitError, onAbort } from "../../concurrency/index.js";
import type { Note, Start } from "./programs/start.js";

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

/** A child inherits NODE_OPTIONS, and would wait for a debugger. */
const noInspector = ["--no-inspect", "--no-inspect-brk", "--no-inspect-wait"];

/**
 * Run a program in a child process until it ends, for `limitMs` at most. Cancellation: kills the child, waits for its
 * end, and rejects with `signal.reason`.
 */
export async function runProgram(
  program: Program,
  start: Start,
  { signal, limitMs }: { signal: AbortSignal; limitMs: number },
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const { url, args, parts } = program;
  const child = spawn(process.execPath, [...noInspector, fileURLToPath(url), start, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let endedAt = 0;
  child.once("exit", () => {
    endedAt = now();
  });
  const closed = once(child, "close").catch(({ message }) => {
    throw new ExitError(1, `cannot start a program: ${message}`);
  });
  const kill = () => child.kill("SIGKILL");
  const forget = onAbort(signal, kill);
  let cutOff = false;
  const limit = setTimeout(() => {
    cutOff = kill();
  }, limitMs);
  const progress = new Progress(program.signals, (name) => child.kill(name));
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith('{"kind":')) progress.take(JSON.parse(line) as Note); // a preloaded module may print as well
  });
  try {
    const [exitCode, endSignal] = (await closed) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    const { ran, cancelled, begunAt } = progress;
    const lost = parts.filter((name) => !ran.includes(name) && !cancelled.includes(name));
    const ms = begunAt === undefined ? null : endedAt - begunAt;
    return { start, ms, exitCode, signal: endSignal, ran, cancelled, lost, cutOff };
  } finally {
    clearTimeout(limit);
    forget();
  }
}

/** The notes of a program so far. Sends it its signals. */
class Progress {
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
    if (kind === "ran" && what === "main") this.begunAt ??= at;
    if (this.#signals[0]?.when !== what) return;
    const [next] = this.#signals.splice(0, 1);
    this.begunAt = now();
    if (next) this.#send(next.signal);
  }
}

/** Milliseconds of a clock that all processes of this machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
