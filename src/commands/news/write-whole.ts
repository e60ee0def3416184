import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ExitError } from "../../concurrency/index.js";

/** Rejects with ExitError(1) if a file cannot be written there: before the work, rather than after it. */
export async function checkWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) throw cannotWrite(path, "it is not a regular file");
  await access(dirname(path), constants.W_OK).catch((error) => {
    throw cannotWrite(path, reasonOf(error));
  });
}

/**
 * Write a file under another name beside it, then rename it: a reader finds the old file or the whole new one. A link
 * stays a link. Rejects with ExitError(1) and a one-line reason.
 */
export async function writeWhole(path: string, content: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(part, content, { flag: "wx" });
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // where nothing can be written, nothing may be removed either
    throw cannotWrite(path, reasonOf(error as NodeJS.ErrnoException));
  }
}

function cannotWrite(path: string, reason: string): ExitError {
  return new ExitError(1, `cannot write ${path}: ${reason}`);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such folder";
  if (code === "EACCES" || code === "EROFS") return "permission denied";
  return code === "ENOSPC" ? "the disk is full" : message;
}
