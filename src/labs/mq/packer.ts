import { encodeFrame, headerSize } from "./frame.js";
import { limits } from "./limits.js";
import type { Page } from "./message-source.js";

/** Packs messages for one channel into pages. */
export class Packer {
  readonly #channel: Buffer;
  #page = Buffer.alloc(0);
  #length = 0;
  #messages = 0;

  constructor(channel: Buffer) {
    this.#channel = encodeFrame(channel);
  }

  get isEmpty(): boolean {
    return this.#messages === 0;
  }

  /** Whether a message of `size` bytes fits. The first one always does: a large one gets a page of its own size. */
  hasRoomFor(size: number): boolean {
    return this.isEmpty || this.#length + this.#channel.length + headerSize + size <= this.#page.length;
  }

  /** Add a message that fits. `write` puts its bytes at a place in a page. */
  add(size: number, write: (page: Buffer, at: number) => void): void {
    const all = this.#channel.length + headerSize + size;
    if (this.#messages === 0) this.#page = Buffer.allocUnsafeSlow(Math.max(all, limits.pageSize));
    const at = this.#length + this.#channel.length;
    this.#channel.copy(this.#page, this.#length);
    this.#page.writeUInt32BE(size, at);
    write(this.#page, at + headerSize);
    this.#length += all;
    this.#messages++;
  }

  /** Everything added since the last call. */
  take(): Page {
    const page = { bytes: this.#page.subarray(0, this.#length), messages: this.#messages };
    this.#length = 0;
    this.#messages = 0;
    return page;
  }
}
