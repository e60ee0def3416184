import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ExitError } from "../../concurrency/index.js";
import { writeWhole } from "../../labs/write-whole.js";

/** Rejects with ExitError(1) if a file cannot be written there: before the work, rather than after it. */
export async function checkWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) throw cannotWrite(path, "it is not a regular file");
  await access(dirname(path), constants.W_OK).catch((error) => {
    throw cannotWrite(path, reasonOf(error));
  });
}

/** Write the page whole or not at all. A link stays a link. Rejects with ExitError(1) and a one-line reason. */
export async function writePage(path: string, html: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  await writeWhole(target, html).catch((error) => {
    throw cannotWrite(path, reasonOf(error));
  });
}

function cannotWrite(path: string, reason: string): ExitError {
  return new ExitError(1, `cannot write ${path}: ${reason}`);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such folder";
  if (code === "EACCES" || code === "EROFS") return "permission denied";
  return code === "ENOSPC" ? "the disk is full" : message;
}
