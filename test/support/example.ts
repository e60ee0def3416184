import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab } from "./lab.js";
import { RunningLab } from "./running-lab.js";

/** Bound by whoever uses the default ports of the poller, for tests run in several processes at once. */
const turnPort = 15_559;

interface Outcome {
  exitCode?: unknown;
  stderr: string;
}

/**
 * Run a command line of the docs or a help text as a reader would, in an empty folder: with what belongs to it in
 * another terminal, with the keys it names, and with Ctrl-C for what does not end by itself.
 */
export async function runExample(args: readonly string[]): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), "lab-example-"));
  try {
    const [command] = args;
    if (command !== "poller" && command !== "poller-srv") return await lab(args, {}, cwd);
    return await takeTurns(() => runPollerExample(args, cwd));
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

async function runPollerExample([command = "", ...args]: readonly string[], cwd: string): Promise<Outcome> {
  const keys = args.find((_, i) => args[i - 1] === "--curve")?.replace(/\.client$/, "");
  if (keys) await lab(["apm", "keygen", "--out", keys], {}, cwd);
  const server = command === "poller-srv" ? args : keys ? ["--curve", keys] : [];
  const running = new RunningLab(["poller-srv", ...server], { cwd });
  try {
    await running.line(/^Ready/);
    if (command === "poller-srv") {
      const exitCode = await (args.includes("--count") ? running.ended : running.stop());
      return { exitCode, stderr: running.stderr.join("\n") };
    }
    const poller = new RunningLab(["poller", ...args], { cwd });
    if (!args.includes("--count")) await poller.line(/Via SUB|SUB: \d+ messages/);
    const exitCode = await (args.includes("--count") ? poller.ended : poller.stop());
    return { exitCode, stderr: poller.stderr.join("\n") };
  } finally {
    await running.stop("SIGKILL");
  }
}

async function takeTurns<T>(body: () => Promise<T>): Promise<T> {
  let turn = createServer();
  for (;;) {
    const [error] = await new Promise<unknown[]>((resolve) => {
      turn.once("error", (reason) => resolve([reason])).listen(turnPort, "127.0.0.1", () => resolve([]));
    });
    if (!error) break;
    turn = createServer(); // an old one has still its listener for the end of the wait
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  try {
    return await body();
  } finally {
    await new Promise((resolve) => turn.close(resolve));
  }
}
