import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Make a folder, and those above it, unless it is there. Node's own `recursive` never ends below a folder that is there
 * and says ENOENT to a new one, such as /proc. Rejects with the file system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  if (await isFolder(whole)) return;
  const parent = dirname(whole);
  if (parent !== whole) await makeFolder(parent);
  try {
    await mkdir(whole);
  } catch (error) {
    if (!(await isFolder(whole))) throw error; // else somebody else was quicker
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** Why the file system refused: `ENOSPC: no space left on device`, without the call and the path that failed. */
export function reason(error: unknown): string {
  const { message, syscall } = error as NodeJS.ErrnoException;
  const end = syscall === undefined ? -1 : message.indexOf(`, ${syscall}`);
  return end < 0 ? message : message.slice(0, end);
}
