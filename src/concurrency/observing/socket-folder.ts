import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const longestPath = 100; // bytes; the kernel takes 107 for the path of a socket

/** The folder of the sockets on which programs answer `lab ps`: a folder of this user alone. */
export function socketFolder(): string {
  const { XDG_RUNTIME_DIR: runtime = "" } = process.env;
  const own = join(runtime, "asyncio-lab");
  return runtime.startsWith("/") && own.length < longestPath
    ? own
    : join(tmpdir(), `asyncio-lab-${process.getuid?.()}`);
}

export function socketOf(pid: number): string {
  return join(socketFolder(), `${pid}.sock`);
}

/** Make the folder if it is missing. Throws if somebody else could look or write into it, or has put it there. */
export function makeSocketFolder(): void {
  mkdirSync(socketFolder(), { recursive: true, mode: 0o700 });
  checkSocketFolder();
}

export function checkSocketFolder(): void {
  const folder = socketFolder();
  const { uid, mode } = lstatSync(folder);
  const isOurs = (mode & 0o170000) === 0o040000 && uid === process.getuid?.() && (mode & 0o077) === 0;
  if (!isOurs) throw new Error(`${folder} must be a folder of your own, with mode 0700: remove it`);
}
