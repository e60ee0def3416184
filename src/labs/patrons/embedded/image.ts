import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import type { PGlite, PGliteOptions } from "@electric-sql/pglite";

/** The settings of the embedded server. The smallest of files and buffers fit the table of a restaurant. */
export const settings: PGliteOptions = {
  initDbStartParams: ["--wal-segsize=1"], // in MiB, instead of 16
  onStdout: () => true, // the server's log
  onStderr: () => true,
};

/** PGlite's own arguments and ours: buffers of 8 MiB instead of 128. */
export function startParams(PGliteClass: typeof PGlite): string[] {
  return [...PGliteClass.defaultStartParams, "-c", "shared_buffers=8MB"];
}

/** The file in which `npm run build` keeps the folder of a new server: a tar archive, compressed by Brotli. */
export const imageFile = new URL("./image.tar.br", import.meta.url);

/**
 * The folder of a new server as PGlite takes it. Making one anew takes PGlite some seconds and 700 MiB. Undefined: the
 * build had no PGlite.
 */
export async function readImage(): Promise<Blob | undefined> {
  try {
    return new Blob([await promisify(brotliDecompress)(await readFile(imageFile))]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
