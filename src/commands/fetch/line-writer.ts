import { once } from "node:events";
import { createWriteStream, openSync } from "node:fs";
import type { Writable } from "node:stream";
import { isatty } from "node:tty";
import { ExitError, isCancelled } from "../../concurrency/index.js";
import { printableJson } from "../../text/printable.js";
import { drained, giveUpOnceAborted } from "../kit/slow-reader.js";
import { UsageError } from "../kit/usage-error.js";
import { openPipe } from "./output-pipe.js";

const batch = 16 * 1024; // characters
const flushMs = 50;

/**
 * Writes objects as lines of JSON (NDJSON) that are safe on a terminal. Lines are written in batches, within 50 ms. At
 * most 16 KiB wait here, and 16 KiB in the stream (64 KiB in a pipe from Node 22 on). Beyond that, write() returns a
 * promise for the caller to await.
 */
export class LineWriter {
  /** Whether the lines go to a terminal. */
  readonly onTerminal: boolean;
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #pending = "";
  #pendingLines = 0;
  #untaken = 0; // lines in the stream that are not written in full
  #timer: NodeJS.Timeout | undefined;

  /** Once `signal` aborts, write() no longer waits for a slow reader. */
  constructor(stream: Writable & { isTTY?: boolean }, signal: AbortSignal) {
    this.onTerminal = stream.isTTY ?? false;
    this.#stream = stream;
    this.#signal = signal;
  }

  /**
   * Open a file, which is overwritten, or a named pipe, once it has a reader. `fail` is called with later errors, unless
   * `signal` has aborted: the program is ending then. Rejects with UsageError if the path cannot be opened.
   * Cancellation: the wait for a reader rejects with `signal.reason`.
   */
  static async toFile(path: string, signal: AbortSignal, fail: (error: ExitError) => void): Promise<LineWriter> {
    const cannot = (error: Error) => new ExitError(1, `cannot write to ${path}: ${reasonOf(error)}`);
    try {
      const stream = (await openPipe(path, signal)) ?? openFile(path);
      stream.on("error", (error) => signal.aborted || fail(cannot(error)));
      return new LineWriter(stream, signal);
    } catch (error) {
      if (isCancelled(error, signal)) throw error;
      throw new UsageError(`--output must be a file that can be written to: ${(error as Error).message}`);
    }
  }

  /** The promise, if there is one, resolves when a slow reader has caught up. */
  write(line: object): Promise<void> | undefined {
    this.#pending += `${printableJson(JSON.stringify(line))}\n`;
    this.#pendingLines++;
    if (this.#pending.length < batch) {
      this.#timer ??= setTimeout(() => this.#flushInTime(), flushMs);
      return undefined;
    }
    if (this.#isHeldUp()) return this.#flushOnceDrained();
    this.#flush();
    return undefined;
  }

  /**
   * Flush all lines, and end the stream unless it is stdout. A stalled reader is given up one second after the signal
   * aborted. Resolves with the largest number of lines that may be lost then.
   */
  async close(): Promise<number> {
    this.#flush();
    if (this.#stream === process.stdout || this.#stream.destroyed) return 0;
    this.#stream.end();
    let lost = 0;
    const forget = giveUpOnceAborted(this.#signal, () => {
      lost = this.#untaken;
      this.#stream.destroy();
    });
    await once(this.#stream, "close").catch(() => {}); // its error went to `fail`
    forget();
    return lost;
  }

  /** Wait for a reader that is behind, so that no more than one batch is in the stream. */
  #flushInTime(): void {
    if (this.#isHeldUp()) this.#timer = setTimeout(() => this.#flushInTime(), flushMs);
    else this.#flush();
  }

  #isHeldUp(): boolean {
    return this.#stream.writableNeedDrain && !this.#stream.destroyed && !this.#signal.aborted;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === "") return;
    const lines = this.#pendingLines;
    this.#untaken += lines;
    this.#stream.write(this.#pending, (error) => {
      if (!error) this.#untaken -= lines;
    });
    this.#pending = "";
    this.#pendingLines = 0;
  }

  async #flushOnceDrained(): Promise<void> {
    await drained(this.#stream, this.#signal);
    this.#flush();
  }
}

function openFile(path: string): Writable & { isTTY: boolean } {
  const fd = openSync(path, "w");
  return Object.assign(createWriteStream(path, { fd, highWaterMark: batch }), { isTTY: isatty(fd) });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === "EPIPE" ? "its reader has gone" : message;
}
