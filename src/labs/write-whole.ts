import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Write a file under another name beside it, then rename it: a reader finds the old file or the whole new one. A link of
 * that name is replaced. Rejects with the file system's error, and leaves no half of the file.
 */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(part, content, { flag: "wx" });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // where nothing can be written, nothing may be removed either
    throw error;
  }
}
