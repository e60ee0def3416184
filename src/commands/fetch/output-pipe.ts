import { constants, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { sleep } from "../../concurrency/index.js";

const againMs = 50;

/**
 * If `path` is a named pipe, a stream into it once somebody reads it; undefined for what is no pipe. A file's way to open
 * it and to write to it waits for the reader in a thread that no signal ends; a socket does not wait.
 * Cancellation: rejects with `signal.reason`. Rejects with the file system's error.
 */
export async function openPipe(path: string, signal: AbortSignal): Promise<Writable | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFIFO()) return undefined;
  for (;;) {
    const fd = openIfRead(path);
    if (fd !== undefined) return new Socket({ fd, readable: false, writable: true });
    await sleep(againMs, { signal });
  }
}

function openIfRead(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENXIO") return undefined;
    throw error;
  }
}
