import { ExitError, Interrupted, type RunContext } from "../../concurrency/index.js";
import { noticeStream, unblock } from "../../terminal/unblock.js";
import { giveUpOnceAborted } from "./slow-reader.js";

/**
 * End the program when stdout fails. The exit code is 0, without a message, if the reader has gone (`| head -1`). For any
 * other error, such as a full disk, it is 1 with one line. Errors of stderr are ignored. The returned function waits
 * until all output is written or has failed.
 */
export function watchStdout({ signal, spawn }: RunContext): () => Promise<void> {
  for (const stream of [process.stdout, process.stderr]) unblock(stream);
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (signal.aborted) return; // the program is ending already
    spawn(() => {
      throw error.code === "EPIPE" ? new ExitError(0) : new ExitError(1, `cannot write to stdout: ${error.message}`);
    });
  });
  return async () => {
    if (!process.stdout.writableLength) return afterErrors(); // an empty write would fail on a full disk
    const forget = giveUpOnceAborted(signal, () => endAtOnce(signal));
    await new Promise((resolve) => process.stdout.write("", resolve));
    forget();
    await afterErrors();
  };
}

/** Streams emit an error one tick after the write. */
function afterErrors(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A pending write to a pipe cannot be cancelled. So the process sends itself a second signal, which ends it at once. */
function endAtOnce({ reason }: AbortSignal): void {
  if (!(reason instanceof Interrupted)) return;
  noticeStream().write("The end of the output is lost: the reader of stdout had stalled\n");
  process.kill(process.pid, reason.signal);
}
