import { constants, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { sleep } from "../../concurrency/sleep.js";

const againMs = 50;

/**
 * If `path` is a named pipe, wait until somebody reads it: to open it before would wait in a thread that no signal ends.
 * The descriptor, for the caller to close, keeps that reader from seeing an end before the pipe is opened to be written to.
 * undefined for what is no pipe. Cancellation: rejects with `signal.reason`. Rejects with the file system's error.
 */
export async function openOnceRead(path: string, signal: AbortSignal): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFIFO()) return undefined;
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
    }
    await sleep(againMs, { signal });
  }
}
