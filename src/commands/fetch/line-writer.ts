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
const patienceMs = 50;

/**
 * Writes objects as lines of JSON (NDJSON), fit for a terminal, many of them in one go but none later than 50 ms. At most
 * 16 KiB wait here and as much in the stream, or 64 KiB in a pipe from Node 22 on: then write() returns a promise, for
 * whoever writes more to wait for.
 */
export class LineWriter {
  /** Whether the lines go to a terminal. */
  readonly onTerminal: boolean;
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #pending = "";
  #pendingLines = 0;
  #untaken = 0; // lines the stream has, and may have handed on in part
  #timer: NodeJS.Timeout | undefined;

  /** Once `signal` aborts nobody waits for a slow reader any more. */
  constructor(stream: Writable & { isTTY?: boolean }, signal: AbortSignal) {
    this.onTerminal = stream.isTTY ?? false;
    this.#stream = stream;
    this.#signal = signal;
  }

  /**
   * A new file, or an old one overwritten; a named pipe once somebody reads it. Rejects with UsageError if it cannot be
   * opened; `fail` is told of later errors, but for those after `signal` aborted, when the program is ending already.
   * Cancellation: ends the wait for a reader with `signal.reason`.
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

  write(line: object): Promise<void> | undefined {
    this.#pending += `${printableJson(JSON.stringify(line))}\n`;
    this.#pendingLines++;
    if (this.#pending.length < batch) {
      this.#timer ??= setTimeout(() => this.#flushInTime(), patienceMs);
      return undefined;
    }
    if (this.#isHeldUp()) return this.#flushOnceDrained();
    this.#flush();
    return undefined;
  }

  /**
   * Hand over all that was written, and end the stream unless it is stdout. A reader that has stalled is waited for until
   * a second after the signal aborted; what it has not taken by then is lost. Resolves with how many lines these are at most.
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
    await once(this.#stream, "close").catch(() => {}); // its error was told
    forget();
    return lost;
  }

  /** A reader that is behind gets what waits here once it has caught up, or once there is enough to wait for it. */
  #flushInTime(): void {
    if (this.#isHeldUp()) this.#timer = setTimeout(() => this.#flushInTime(), patienceMs);
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
