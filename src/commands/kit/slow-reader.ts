import type { Writable } from "node:stream";
import { onAbort } from "../../concurrency/index.js";

const giveUpMs = 1000;

/**
 * Wait until a full stream has room again. Resolves also once the stream has closed. Never rejects: the stream's errors go
 * to its own listeners. Cancellation: resolves when `signal` aborts.
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

/**
 * Call `giveUp` one second after `signal` aborts, so that a stalled reader cannot keep the program alive. The second
 * starts at once if `signal` has aborted already. Call the returned function to cancel this once the reader has taken
 * everything.
 */
export function giveUpOnceAborted(signal: AbortSignal, giveUp: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(giveUp, giveUpMs);
  };
  let forget = () => {};
  if (signal.aborted) start();
  else forget = onAbort(signal, start);
  return () => {
    clearTimeout(timer);
    forget();
  };
}
