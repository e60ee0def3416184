import { execa } from "execa";
import { bin } from "./lab.js";

/**
 * Run `lab` to its end where stdin, stdout and stderr are one terminal, with Ctrl-C at the first output that matches
 * `until`. undefined where no script(1) makes a terminal. Rejects if it has not ended after a minute.
 */
export async function labOnTerminal(
  args: readonly string[],
  until?: RegExp,
): Promise<{ exitCode: number; shown: string } | undefined> {
  if ((await onTerminal("true")).exitCode !== 0) return undefined;
  // exec: Ctrl-C is for all that run on a terminal, and a shell among them would give its own exit code for it.
  const running = onTerminal(`exec ${[process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ")}`);
  let shown = "";
  let waiting = until;
  running.stdout.on("data", (chunk) => {
    shown += chunk;
    if (!waiting?.test(shown)) return;
    waiting = undefined; // a second one would end it at once
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
