import { spawnSync } from "node:child_process";
import { execa } from "execa";

/** A Python that has pyzmq (Debian: python3-zmq), or undefined. The default one may be another than the system's. */
export const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import zmq.asyncio"]).status === 0,
);

/** For `{ skip }`: why tests against pyzmq cannot run here. */
export const noPython = python === undefined && "needs pyzmq (Debian: python3-zmq)";

/** Run a Python program to its end; it is killed if it hangs. Awaiting it gives what it printed. */
export function runPython(code: string, args: readonly string[]) {
  return execa(python ?? "python3", ["-c", code, ...args], { timeout: 30_000 });
}
