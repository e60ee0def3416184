import { execa } from "execa";
import { bin } from "./lab.js";

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
  const running = onTerminal(`exec ${[process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ")}`);
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

function onTerminal(command: string) {
  return execa("script", ["-qec", command, "/dev/null"], {
    reject: false,
    stdin: "pipe",
    timeout: 60_000,
    env: { TERM: "xterm", NO_COLOR: "1", FORCE_COLOR: undefined },
  });
}
