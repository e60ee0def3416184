import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Reply } from "../../http/exchange.js";

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
 * Keeps bodies as files of `folder`, which is made if need be: `<index>.<extension>`, whole or not at all. A name never
 * comes from the server. Rejects with the file system's error.
 */
export async function saveBodies(folder: string): Promise<(reply: Reply, index: number) => Promise<string>> {
  await mkdir(folder, { recursive: true });
  return async (reply, index) => {
    const [type = ""] = (reply.header("content-type") ?? "").toLowerCase().split(";");
    const known = Object.hasOwn(extensions, type.trim()) ? extensions[type.trim()] : "bin";
    const path = join(folder, `${index}.${known}`);
    await writeFile(path, reply.body);
    return path;
  };
}
