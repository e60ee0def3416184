import type { Writable } from "node:stream";
import { onAbort } from "../../concurrency/index.js";

/**
 * Resolves once `stream`, which said that it is full, has room again, or nobody is going to make any: it has closed, or
 * `signal` has aborted. It never rejects: whoever watches the stream is told of its errors.
 */
export async function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  if (signal.aborted || stream.closed) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off("drain", done).off("close", done);
      forget();
      resolve();
    };
    const forget = onAbort(signal, done);
    stream.on("drain", done).on("close", done);
  });
}
