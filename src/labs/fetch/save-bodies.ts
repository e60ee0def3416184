import { randomUUID } from "node:crypto";
import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExitError } from "../../concurrency/index.js";
import type { Reply } from "../../http/client/request.js";
import { makeFolder, reason } from "./make-folder.js";

const extensions: Readonly<Record<string, string>> = {
  "application/json": "json",
  "application/pdf": "pdf",
  "application/xml": "xml",
  "image/gif": "gif",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/svg+xml": "svg",
  "image/webp": "webp",
  "text/css": "css",
  "text/csv": "csv",
  "text/html": "html",
  "text/javascript": "js",
  "text/plain": "txt",
  "text/xml": "xml",
};

/**
 * Keeps bodies as files of `folder`, which is made if need be: `<index>.<extension>`. A name never comes from the server.
 * Rejects with the file system's error if there is no such folder to write to; to keep a body, with ExitError(1).
 */
export async function saveBodies(folder: string): Promise<(reply: Reply, index: number) => Promise<string>> {
  await makeFolder(folder);
  await access(folder, constants.W_OK);
  return async (reply, index) => {
    const [type = ""] = (reply.header("content-type") ?? "").toLowerCase().split(";");
    const known = Object.hasOwn(extensions, type.trim()) ? extensions[type.trim()] : "bin";
    const path = join(folder, `${index}.${known}`);
    await writeWhole(path, reply.body);
    return path;
  };
}

/** A file that is there whole or not at all, whatever was there before: it gets its name once it is written. */
async function writeWhole(path: string, content: Buffer): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(part, content, { flag: "wx" });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // where nothing can be written, nothing may be removed either
    throw new ExitError(1, `cannot write to ${path}: ${reason(error)}`);
  }
}
