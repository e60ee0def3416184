import { randomBytes } from "node:crypto";
import { Schedule } from "../../concurrency/index.js";
import { encodeFrame } from "./frame.js";
import { limits } from "./limits.js";
import type { MessageSource, Page } from "./message-source.js";

export interface NumberedOptions {
  channel: Buffer;
  /** Milliseconds between two messages; 0: as fast as possible. */
  intervalMs: number;
  /** Number of messages; Infinity: no end. */
  count: number;
  /** Bytes of a message: a shorter one is filled with X, a longer one cut. 0: as long as its text. */
  size: number;
}

const beforeNumber = "Message ";

/** `Message 0 from 1a2b3c4d` and so on. The name of the sender is new each time. */
export class Numbered implements MessageSource {
  readonly #options: NumberedOptions;
  readonly #schedule: Schedule;
  readonly #sender = randomBytes(4).toString("hex");
  #next = 0;
  #pattern: Pattern | undefined;

  constructor(options: NumberedOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.intervalMs);
  }

  async next(signal: AbortSignal): Promise<Page | undefined> {
    if (this.#next >= this.#options.count) return undefined;
    if (this.#next > 0) await this.#schedule.next(signal);
    else this.#schedule.begin();
    return this.#makePage();
  }

  #makePage(): Page {
    const { channel, intervalMs, count, size } = this.#options;
    const digits = String(this.#next).length;
    if (this.#pattern?.digits !== digits) {
      const text = `${beforeNumber}${this.#next} from ${this.#sender}`;
      const message = Buffer.alloc(size || text.length, "X");
      message.write(text);
      this.#pattern = new Pattern(Buffer.concat([encodeFrame(channel), encodeFrame(message)]), message.length, digits);
    }
    const most = intervalMs > 0 ? 1 : this.#pattern.perPage;
    const messages = Math.min(most, count - this.#next, 10 ** digits - this.#next);
    const bytes = this.#pattern.fill(this.#next, messages);
    this.#next += messages;
    return { bytes, messages };
  }
}

/** A page of equal messages, of which only the numbers change. Copying it is faster than writing each message. */
class Pattern {
  readonly digits: number;
  readonly perPage: number;
  readonly #page: Buffer;
  readonly #stride: number;
  /** Where the number is in a message, and how many of its digits are not cut off. */
  readonly #numberAt: number;
  readonly #shown: number;

  constructor(pair: Buffer, size: number, digits: number) {
    this.digits = digits;
    this.perPage = Math.max(1, Math.floor(limits.pageSize / pair.length));
    this.#page = Buffer.alloc(this.perPage * pair.length, pair);
    this.#stride = pair.length;
    this.#numberAt = pair.length - size + beforeNumber.length;
    this.#shown = Math.min(digits, size - beforeNumber.length);
  }

  /** The messages with the numbers from `first` on, in a buffer of their own. */
  fill(first: number, messages: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(messages * this.#stride);
    this.#page.copy(bytes);
    for (let i = 0; i < messages; i++) this.#writeNumber(bytes, i * this.#stride + this.#numberAt, first + i);
    return bytes;
  }

  #writeNumber(bytes: Buffer, at: number, number: number): void {
    let rest = number;
    for (let digit = this.digits - 1; digit >= 0; digit--) {
      const tenth = Math.floor(rest / 10);
      if (digit < this.#shown) bytes[at + digit] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
  }
}
