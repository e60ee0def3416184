import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { ExitError } from "../concurrency/index.js";

/** A child inherits NODE_OPTIONS, and would wait for a debugger. */
const noInspector = ["--no-inspect", "--no-inspect-brk", "--no-inspect-wait"];

/**
 * Start another Node whose stdout is a pipe, and resolve once it runs. Rejects with ExitError(1) if it cannot be started.
 * The caller kills it, and waits for its `close`.
 */
export async function startNode(args: readonly string[]): Promise<ChildProcessByStdio<null, Readable, null>> {
  try {
    const child = spawn(process.execPath, [...noInspector, ...args], { stdio: ["ignore", "pipe", "ignore"] });
    await once(child, "spawn"); // without free files, it has no stdout
    return child;
  } catch (error) {
    throw new ExitError(1, `cannot start a program: ${(error as Error).message}`);
  }
}
