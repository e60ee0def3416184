import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { appears, temporaryFolder, textOf } from "./files.js";
import { bin } from "./lab.js";

const environment = { TERM: "xterm", NO_COLOR: "1", FORCE_COLOR: undefined };

/** A reason to skip a test, if there is no script(1) to make a terminal. */
export const withoutTerminal = (await onTerminal("true")).exitCode !== 0 && "needs script(1)";

/**
 * Run `lab` to its end with stdin, stdout and stderr on one terminal. The first output that matches `until` is answered
 * with Ctrl-C. Resolves with undefined if there is no script(1) to make a terminal. Rejects if `lab` has not ended
 * after a minute.
 */
export async function labOnTerminal(
  args: readonly string[],
  until?: RegExp,
): Promise<{ exitCode: number; shown: string } | undefined> {
  if ((await onTerminal("true")).exitCode !== 0) return undefined;
  // exec, because Ctrl-C would reach a shell on the terminal as well, and its exit code would replace lab's.
  const running = onTerminal(`exec ${quoted([process.execPath, bin, ...args])}`);
  let shown = "";
  let waiting = until;
  running.stdout.on("data", (chunk) => {
    shown += chunk;
    if (!waiting?.test(shown)) return;
    waiting = undefined; // a second Ctrl-C would end it at once
    running.stdin.write("\x03");
  });
  const { exitCode = -1, timedOut } = await running;
  if (timedOut) throw new Error(`lab ${args.join(" ")} did not end: ${shown}`);
  return { exitCode, shown };
}

/** Run a shell command line where stdin, stdout and stderr are one terminal, by script(1). */
export function onTerminal(command: string) {
  return execa("script", ["-qec", command, "/dev/null"], {
    reject: false,
    stdin: "pipe",
    timeout: 60_000,
    env: environment,
  });
}

/**
 * Start a command where stdin, stdout and stderr are one terminal, and close that terminal at its first output. Returns
 * its exit code.
 */
export async function exitOnClosedTerminal(t: TestContext, argv: readonly string[]): Promise<number> {
  const file = temporaryFolder(t)("code");
  const start = `${quoted(argv)} </dev/tty & child=$!`;
  // The kernel tells the shell alone that its terminal has closed, and the shell tells its child.
  const tell = "trap 'kill -HUP $child' HUP; wait; wait $child";
  const terminal = onTerminal(`${start}; ${tell}; echo $? >${file}.part; mv ${file}.part ${file}`);
  await once(terminal.stdout, "data");
  terminal.kill("SIGKILL"); // now nobody holds the other side of the terminal
  await Promise.all([terminal, appears(file)]);
  return Number(textOf(file));
}

/** The words for a shell, in single quotes. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(" ");
}

/** A `lab` on a terminal of its own. */
export interface LabOnTerminal {
  pid: number;
  press(keys: string): void;
  /** Resolves with the first match in what it has shown. Rejects if it ends without. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code; 137 if it was still there after 20 s, or at the end of the test. */
  ended: Promise<number>;
}

/** Start `lab` with stdin, stdout and stderr on one terminal. It is killed at the end of the test. */
export async function startOnTerminal(t: TestContext, args: readonly string[]): Promise<LabOnTerminal> {
  const command = `echo pid $$; exec ${quoted([process.execPath, bin, ...args])}`;
  const env = { ...process.env, ...environment };
  const running = spawn("script", ["-qec", command, "/dev/null"], { env, stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  running.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    shown += chunk;
  });
  const limit = setTimeout(() => process.kill(pid, "SIGKILL"), 20_000).unref(); // signals alone do not end a blocked process
  const ended = new Promise<number>((resolve) => {
    running.once("close", (code) => {
      clearTimeout(limit);
      resolve(code ?? -1);
    });
  });
  const shows = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(shown);
      if (found) return found;
      const isOver = await Promise.race([once(running.stdout, "data").then(() => false), ended.then(() => true)]);
      if (isOver) throw new Error(`lab ${args.join(" ")} ended without ${pattern}: ${shown}`);
    }
  };
  const pid = Number((await shows(/pid (\d+)\r/))[1]);
  t.after(async () => {
    if (existsSync(`/proc/${pid}`)) process.kill(pid, "SIGKILL");
    await ended;
  });
  return { pid, press: (keys) => void running.stdin.write(keys), shows, ended };
}
