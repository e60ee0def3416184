import { spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** A program that a shell runs in the background. Signals go to the program itself. */
export interface UnderShell {
  readonly stdout: NodeJS.ReadableStream;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code of the program, or with 128 + the number of the signal that ended it. */
  readonly ended: Promise<number>;
}

/**
 * Let `shell` run a command line with the words of `argv` as `"$@"`, such as `trap '' HUP; "$@"`. The program is killed
 * at the end of the test if it still runs.
 */
export async function startUnderShell(
  t: TestContext,
  script: string,
  argv: readonly string[],
  shell = "sh",
): Promise<UnderShell> {
  const child = spawn(shell, ["-c", `${script} & echo $! >&3; wait $!; exit $?`, shell, ...argv], {
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const pids = child.stdio[3] as NodeJS.ReadableStream;
  const [line] = await once(pids, "data");
  const pid = Number(String(line));
  const kill = (signal: NodeJS.Signals) => void process.kill(pid, signal);
  const ended = once(child, "close").then(([code]) => code as number);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  t.after(() => over || kill("SIGKILL"));
  return { stdout: child.stdout as NodeJS.ReadableStream, kill, ended };
}
