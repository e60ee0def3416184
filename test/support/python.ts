import { spawnSync } from "node:child_process";
import { execa } from "execa";

/** A Python with pyzmq (Debian: python3-zmq), or undefined. The default Python may not be the system's. */
export const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import zmq.asyncio"]).status === 0,
);

/** For `{ skip }`: the reason why tests against pyzmq cannot run here, or false. */
export const noPython = python === undefined && "needs pyzmq (Debian: python3-zmq)";

/** Run a Python program to its end; it is killed if it hangs. Resolves with its output. */
export function runPython(code: string, args: readonly string[]) {
  return execa(python ?? "python3", ["-c", code, ...args], { timeout: 30_000 });
}
