import type { Readable } from "node:stream";
import { ExitError, onAbort } from "../../concurrency/index.js";
import { limits } from "./limits.js";
import type { MessageSource, Page } from "./message-source.js";
import { Packer } from "./packer.js";

const newline = 10;
const nothing: Buffer = Buffer.alloc(0);

/**
 * Each line of stdin is a message, without its line break. Rejects with ExitError(1) for a line above 1 MiB, and if stdin
 * cannot be read.
 */
export class Lines implements MessageSource {
  readonly #packer: Packer;
  readonly #input: AsyncIterator<Buffer>;
  readonly #count: number;
  /** A chunk that was asked for. It survives the connection that it was meant for. */
  #asked: Promise<IteratorResult<Buffer>> | undefined;
  #chunk = nothing;
  #at = 0;
  /** The beginning of a line whose end has not come. */
  #pieces: Buffer[] = [];
  #length = 0;
  #lines = 0;
  #isOver = false;

  /** At most `count` lines are sent. */
  constructor(channel: Buffer, input: Readable, count: number) {
    this.#packer = new Packer(channel);
    this.#input = input[Symbol.asyncIterator]();
    this.#count = count;
  }

  async next(signal: AbortSignal): Promise<Page | undefined> {
    for (;;) {
      this.#pack();
      if (!this.#packer.isEmpty) return this.#packer.take();
      if (this.#isOver || this.#lines >= this.#count) return undefined;
      await this.#readMore(signal);
    }
  }

  /** Pack whole lines, as many as fit. */
  #pack(): void {
    while (this.#lines < this.#count) {
      const end = this.#chunk.indexOf(newline, this.#at);
      const isLast = this.#isOver && this.#length > 0;
      if (end < 0 && !isLast) break;
      const size = this.#length + (end < 0 ? 0 : end - this.#at);
      if (!this.#packer.hasRoomFor(size)) return;
      if (end >= 0) this.#keep(end);
      this.#at = end + 1;
      this.#packLine();
    }
    this.#keep(this.#chunk.length);
  }

  #packLine(): void {
    this.#packer.add(this.#length, (page, start) => {
      let at = start;
      for (const piece of this.#pieces) at += piece.copy(page, at);
    });
    this.#pieces = [];
    this.#length = 0;
    this.#lines++;
  }

  /** Keep the bytes of the chunk up to `end`, as a part of the line. */
  #keep(end: number): void {
    const piece = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length <= limits.maxMessage) return;
    throw new ExitError(1, `line ${this.#lines + 1} is too long: expected at most 1 MiB`);
  }

  async #readMore(signal: AbortSignal): Promise<void> {
    this.#asked ??= this.#input.next();
    const { done, value } = await orAbort(this.#asked, signal).catch((error) => {
      signal.throwIfAborted(); // it was destroyed for that
      const after = this.#lines > 0 ? ` after line ${this.#lines}` : "";
      throw new ExitError(1, `cannot read stdin${after}: ${error.message}`);
    });
    this.#asked = undefined;
    this.#chunk = done ? nothing : value;
    this.#at = 0;
    this.#isOver = done ?? false;
  }
}

/** The result of `promise`. Cancellation: rejects with `signal.reason`; the promise goes on. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let forget = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    forget = onAbort(signal, () => reject(signal.reason));
  });
  return Promise.race([promise, aborted]).finally(forget);
}
