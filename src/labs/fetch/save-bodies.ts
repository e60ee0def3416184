import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ExitError } from "../../concurrency/index.js";
import type { Reply } from "../../http/client/request.js";
import { writeWhole } from "../write-whole.js";

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
 * Save bodies as files of `folder`, named `<index>.<extension>`. The folder is made if it is missing. A name never comes
 * from the server. Rejects with the file system's error if the folder cannot be made or written to. The returned function
 * saves one body and resolves with its path; it rejects with ExitError(1).
 */
export async function saveBodies(folder: string): Promise<(reply: Reply, index: number) => Promise<string>> {
  await makeFolder(folder);
  await access(folder, constants.W_OK);
  return async (reply, index) => {
    const [type = ""] = (reply.header("content-type") ?? "").toLowerCase().split(";");
    const known = Object.hasOwn(extensions, type.trim()) ? extensions[type.trim()] : "bin";
    const path = join(folder, `${index}.${known}`);
    await writeWhole(path, reply.body).catch((error) => {
      throw new ExitError(1, `cannot write to ${path}: ${reason(error)}`);
    });
    return path;
  };
}

/**
 * Make a folder and its parents, unless it is there. Node's `recursive` option is no help: below an existing folder that
 * refuses a new one with ENOENT, such as /proc, it never ends. Rejects with the file system's error.
 */
async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  if (await isFolder(whole)) return;
  const parent = dirname(whole);
  if (parent !== whole) await makeFolder(parent);
  try {
    await mkdir(whole);
  } catch (error) {
    if (!(await isFolder(whole))) throw error; // another process may have made it meanwhile
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The reason of the file system, such as `ENOSPC: no space left on device`, without the system call and the path. */
function reason(error: unknown): string {
  const { message, syscall } = error as NodeJS.ErrnoException;
  const end = syscall === undefined ? -1 : message.indexOf(`, ${syscall}`);
  return end < 0 ? message : message.slice(0, end);
}
