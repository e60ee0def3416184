import { ExitError, Interrupted, type RunContext } from "../../concurrency/index.js";
import { giveUpOnceAborted } from "./slow-reader.js";

/**
 * End the program when stdout cannot be written to any more: quietly, with exit code 0, if its reader has gone
 * (`| head -1`); with one line and 1 for anything else, such as a full disk. The returned function waits until all that
 * was written is out, or has failed. A failing stderr is ignored: there is nowhere left to say so.
 */
export function watchStdout({ signal, spawn }: RunContext): () => Promise<void> {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (signal.aborted) return; // the program is ending already
    spawn(() => {
      throw error.code === "EPIPE" ? new ExitError(0) : new ExitError(1, `cannot write to stdout: ${error.message}`);
    });
  });
  return async () => {
    if (!process.stdout.writableLength) return afterErrors(); // nothing waits, and a full disk refuses an empty write, too
    const stopHurrying = giveUpOnceAborted(signal, () => endAtOnce(signal));
    await new Promise((resolve) => process.stdout.write("", resolve));
    stopHurrying();
    await afterErrors();
  };
}

/** An error is announced a tick after the write. */
function afterErrors(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A pending write to a pipe cannot be taken back, so the program says so and sends itself the second signal, which ends it at once. */
function endAtOnce({ reason }: AbortSignal): void {
  if (!(reason instanceof Interrupted)) return;
  process.stderr.write("The end of the output is lost: the reader of stdout had stalled\n");
  process.kill(process.pid, reason.signal);
}
