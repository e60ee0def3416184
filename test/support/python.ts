import { spawnSync } from "node:child_process";
import { execa } from "execa";

/** A Python with pyzmq (Debian: python3-zmq), or undefined. The default Python may not be the system's. */
export const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import zmq.asyncio"]).status === 0,
);

/** For `{ skip }`: the reason why tests against pyzmq cannot run here, or false. */
export const noPython = python === undefined && "needs pyzmq (Debian: python3-zmq)";

/** A Python with aiohttp (Debian: python3-aiohttp), or undefined. */
const withAiohttp = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import aiohttp"]).status === 0,
);

/** For `{ skip }`: the reason why tests against aiohttp cannot run here, or false. */
export const noAiohttp = withAiohttp === undefined && "needs aiohttp (Debian: python3-aiohttp)";

/** Run a Python program that needs aiohttp to its end; it is killed if it hangs. Resolves with its output. */
export function runAiohttp(code: string, args: readonly string[]) {
  return execa(withAiohttp ?? "python3", ["-c", code, ...args], { timeout: 60_000 });
}

/** Run a Python program to its end; it is killed if it hangs. Resolves with its output. */
export function runPython(code: string, args: readonly string[]) {
  return execa(python ?? "python3", ["-c", code, ...args], { timeout: 30_000 });
}
