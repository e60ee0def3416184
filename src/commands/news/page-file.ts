import { constants } from "node:fs";
import { access, readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ExitError } from "../../concurrency/index.js";
import { writeWhole } from "../../labs/write-whole.js";

/** Rejects with ExitError(1) if a file cannot be written there: before the work, rather than after it. */
export async function checkWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) throw cannotWrite(path, "it is not a regular file");
  await access(dirname(await targetOf(path)), constants.W_OK).catch((error) => {
    throw cannotWrite(path, reasonOf(error));
  });
}

/** Write the page whole or not at all. A link stays a link, even one to a file yet to come. Rejects with ExitError(1) and a one-line reason. */
export async function writePage(path: string, html: string): Promise<void> {
  await writeWhole(await targetOf(path), html).catch((error) => {
    throw cannotWrite(path, reasonOf(error));
  });
}

/** The file that a path leads to. A link may name one that is not there yet. */
async function targetOf(path: string, links = 40): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const next = real === undefined && links > 0 ? await readlink(path).catch(() => undefined) : undefined;
  if (next === undefined) return real ?? path;
  return targetOf(resolve(await realpath(dirname(path)), next), links - 1);
}

function cannotWrite(path: string, reason: string): ExitError {
  return new ExitError(1, `cannot write ${path}: ${reason}`);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such folder";
  if (code === "EACCES" || code === "EROFS") return "permission denied";
  return code === "ENOSPC" ? "the disk is full" : message;
}
