import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { ExitError } from "../../concurrency/errors.js";

const batch = 16 * 1024; // characters
const patienceMs = 50;

/**
 * Writes objects as lines of JSON (NDJSON), many of them in one go but none later than 50 ms. At most 16 KiB wait here
 * and 16 KiB in the stream: then write() returns a promise, for whoever writes more to wait for.
 */
export class LineWriter {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #pending = "";
  #timer: NodeJS.Timeout | undefined;

  /** Once `signal` aborts nobody waits for a slow reader any more. */
  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /** A new file, or an old one overwritten. Rejects with ExitError(1) if it cannot be opened; `fail` is told of later errors. */
  static async toFile(path: string, signal: AbortSignal, fail: (error: ExitError) => void): Promise<LineWriter> {
    const stream = createWriteStream(path);
    const cannot = (error: Error) => new ExitError(1, `cannot write to ${path}: ${error.message}`);
    try {
      await once(stream, "open");
    } catch (error) {
      throw cannot(error as Error);
    }
    stream.on("error", (error) => fail(cannot(error)));
    return new LineWriter(stream, signal);
  }

  write(line: object): Promise<void> | undefined {
    this.#pending += `${JSON.stringify(line)}\n`;
    if (this.#pending.length < batch) {
      this.#timer ??= setTimeout(() => this.#flush(), patienceMs);
      return undefined;
    }
    if (this.#stream.writableNeedDrain && !this.#stream.destroyed && !this.#signal.aborted) return this.#drained();
    this.#flush();
    return undefined;
  }

  /** Hand over all that was written, and end the stream unless it is stdout. */
  async close(): Promise<void> {
    this.#flush();
    if (this.#stream === process.stdout || this.#stream.destroyed) return;
    this.#stream.end();
    await once(this.#stream, "close").catch(() => {}); // its error was told
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending !== "") this.#stream.write(this.#pending);
    this.#pending = "";
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off("drain", done).off("close", done);
        this.#signal.removeEventListener("abort", done);
        resolve();
      };
      this.#stream.on("drain", done).on("close", done);
      this.#signal.addEventListener("abort", done);
    });
    this.#flush();
  }
}
