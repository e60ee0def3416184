import { randomUUID } from "node:crypto";
import { chmod, lstat, rename, rm, writeFile } from "node:fs/promises";

/**
 * Write a file under another name beside it, then rename it: a reader finds the old file or the whole new one. A link of
 * that name is replaced. The new file has the permissions of the old one. Rejects with the file system's error, and leaves no half of the file.
 */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    const mode = await modeOf(path);
    await writeFile(part, content, { flag: "wx", mode });
    if (mode !== undefined) await chmod(part, mode); // the umask has had its say already
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // where nothing can be written, nothing may be removed either
    throw error;
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? found.mode & 0o777 : undefined;
}
