import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";

const chunkSize = 64 * 1024; // characters; a kill loses at most so many

/**
 * A file of events in the JSON array format of Chrome's traces, one event a line. Each write ends at a line, and viewers
 * take an array without its end: a trace of a killed program still opens. A name that ends in `.gz` makes it compressed.
 */
export class TraceFile {
  readonly path: string;
  /** Events that were left out, since the file has reached its limit or cannot be written. */
  dropped = 0;
  written = 0;
  /** Bytes in the file. */
  size = 0;
  /** Why writing ended early. */
  error: NodeJS.ErrnoException | undefined;
  readonly #limit: number;
  readonly #isZipped: boolean;
  #fd: number | undefined;
  #chunk = "[\n";
  #length = 0; // characters so far

  /** `limit`: bytes before compression. The file is readable for its owner alone. Throws if it cannot be opened. */
  constructor(path: string, limit: number) {
    this.path = path;
    this.#limit = limit;
    this.#isZipped = path.endsWith(".gz");
    this.#fd = openSync(path, "w", 0o600);
    if (fstatSync(this.#fd).isFile()) fchmodSync(this.#fd, 0o600); // it may have been there
  }

  /** Add one event, as JSON. */
  add(event: string): void {
    if (this.#length + event.length > this.#limit || this.#fd === undefined) {
      this.dropped++;
      return;
    }
    this.#append(`${event},\n`);
    this.written++;
    if (this.#chunk.length >= chunkSize) this.#flush();
  }

  /** Add the last event, which is written in any case, and close the file. */
  close(event: string): void {
    this.#append(`${event}\n]\n`);
    this.#flush();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #append(text: string): void {
    this.#chunk += text;
    this.#length += text.length;
  }

  /** Written at once. Bytes that wait in memory would be lost with the program, and an asynchronous write would be traced. */
  #flush(): void {
    const text = Buffer.from(this.#chunk);
    const bytes = this.#isZipped ? gzipSync(text, { level: 1 }) : text; // the parts of a gzip file may be files themselves
    this.#chunk = "";
    if (this.#fd === undefined) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
      this.size += bytes.length;
    } catch (error) {
      this.error = error as NodeJS.ErrnoException;
      closeSync(this.#fd);
      this.#fd = undefined;
    }
  }
}
