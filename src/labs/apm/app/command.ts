import { constants } from "node:os";
import { ExitError } from "../../../concurrency/index.js";
import { ownPipe } from "./own-pipe.js";
import { ProcessGroup } from "./process-group.js";

/** A program and its arguments. No shell interprets them. */
export type CommandLine = readonly [file: string, ...args: string[]];

export interface Command {
  readonly pid: number;
  readonly group: ProcessGroup;
  readonly exited: Promise<CommandEnd>;
}

export interface CommandEnd {
  /** 128 + the signal's number if a signal ended it. */
  exitCode: number;
  signal?: NodeJS.Signals | undefined;
}

/**
 * Start a command in its own process group and session, with our stdin, stdout and stderr. `stdout: 2` sends its stdout
 * to our stderr.
 *
 * Cancellation: rejects with `signal.reason` before the start; afterwards the group handles signals.
 * Rejects with ExitError(127) if the program is not found, with ExitError(126) if it cannot be run.
 */
export async function startCommand(
  [file, ...args]: CommandLine,
  { stdout = "inherit", signal }: { stdout?: "inherit" | 2 | undefined; signal: AbortSignal },
): Promise<Command> {
  const { execa } = await import("execa"); // takes 106 ms to load, and only this function needs it
  signal.throwIfAborted(); // a later signal finds the group, which exists before the event loop turns
  using out = ownPipe(stdout === 2 ? 2 : 1);
  using err = ownPipe(2);
  const child = execa(file, args, {
    stdio: ["inherit", out.fd as 1, err.fd as 2], // execa takes any descriptor, but its types list few
    detached: process.platform !== "win32", // the only way to give it a process group of its own
    cleanup: false,
    reject: false,
  });
  const { pid } = child;
  if (pid === undefined) throw cannotRun(file, (await child).cause);
  return {
    pid,
    group: new ProcessGroup(pid),
    exited: child.then(({ exitCode, signal }) => ({
      exitCode: exitCode ?? 128 + (signal ? constants.signals[signal] : 0),
      signal,
    })),
  };
}

function cannotRun(file: string, cause: unknown): ExitError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT" || file === "") return new ExitError(127, `${JSON.stringify(file)} is not found`);
  return new ExitError(126, `${JSON.stringify(file)} cannot be run: ${code === "EACCES" ? "not allowed" : message}`);
}
