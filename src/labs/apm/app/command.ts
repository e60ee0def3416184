import { constants } from "node:os";
import { ExitError } from "../../../concurrency/index.js";
import { ownPipe } from "./own-pipe.js";
import { ProcessGroup } from "./process-group.js";

/** A program and its arguments, each as it is: no shell looks at them. */
export type CommandLine = readonly [file: string, ...args: string[]];

export interface Command {
  readonly pid: number;
  readonly group: ProcessGroup;
  /** Resolves with its exit code; with 128 + the signal's number if a signal ended it. */
  readonly exited: Promise<number>;
}

/**
 * Start a command in a process group and a session of its own, with our stdin, stdout and stderr. `stdout` (default:
 * ours) may be 2, our stderr. Rejects with ExitError(127) if there is no such program, with
 * ExitError(126) if it cannot be run. Cancellation: before it is started, rejects with `signal.reason`; from then on the
 * group is in charge.
 */
export async function startCommand(
  [file, ...args]: CommandLine,
  { stdout = "inherit", signal }: { stdout?: "inherit" | 2 | undefined; signal: AbortSignal },
): Promise<Command> {
  const { execa } = await import("execa"); // 106 ms that only this needs
  signal.throwIfAborted(); // later signals find the group, which is there before the event loop turns
  using out = ownPipe(stdout === 2 ? 2 : 1);
  using err = ownPipe(2);
  const child = execa(file, args, {
    stdio: ["inherit", out.fd as 1, err.fd as 2], // execa takes any descriptor; its types know few
    detached: process.platform !== "win32", // there is no other way to have a group of one's own
    cleanup: false,
    reject: false,
  });
  const { pid } = child;
  if (pid === undefined) throw cannotRun(file, (await child).cause);
  return {
    pid,
    group: new ProcessGroup(pid),
    exited: child.then(({ exitCode, signal }) => exitCode ?? 128 + (signal ? constants.signals[signal] : 0)),
  };
}

function cannotRun(file: string, cause: unknown): ExitError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT" || file === "") return new ExitError(127, `${JSON.stringify(file)} is not found`);
  return new ExitError(126, `${JSON.stringify(file)} cannot be run: ${code === "EACCES" ? "not allowed" : message}`);
}
