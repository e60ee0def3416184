import { constants, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { sleep } from "../../concurrency/index.js";

const retryMs = 50;

/**
 * Open a named pipe for writing, once it has a reader. Undefined if `path` is no pipe. The stream is a socket: a file
 * stream would wait for the reader in a thread that no signal can end. Rejects with the file system's error.
 * Cancellation: rejects with `signal.reason`.
 */
export async function openPipe(path: string, signal: AbortSignal): Promise<Writable | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFIFO()) return undefined;
  for (;;) {
    const fd = openIfRead(path);
    if (fd !== undefined) return new Socket({ fd, readable: false, writable: true });
    await sleep(retryMs, { signal });
  }
}

/** Undefined as long as the pipe has no reader. */
function openIfRead(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENXIO") return undefined;
    throw error;
  }
}
