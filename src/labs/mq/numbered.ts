import { randomBytes } from "node:crypto";
import { Schedule } from "../../concurrency/index.js";
import type { MessageSource, Page } from "./message-source.js";
import { Packer } from "./packer.js";

export interface NumberedOptions {
  channel: Buffer;
  /** Milliseconds between two messages; 0: as fast as possible. */
  intervalMs: number;
  /** Number of messages; Infinity: no end. */
  count: number;
  /** Bytes of a message: a shorter one is filled with X, a longer one cut. 0: as long as its text. */
  size: number;
}

/** `Message 0 from 1a2b3c4d` and so on. The name of the sender is new each time. */
export class Numbered implements MessageSource {
  readonly #options: NumberedOptions;
  readonly #packer: Packer;
  readonly #schedule: Schedule;
  readonly #end = ` from ${randomBytes(4).toString("hex")}`;
  #next = 0;

  constructor(options: NumberedOptions) {
    this.#options = options;
    this.#packer = new Packer(options.channel);
    this.#schedule = new Schedule(options.intervalMs);
  }

  async next(signal: AbortSignal): Promise<Page | undefined> {
    const { intervalMs, count } = this.#options;
    if (this.#next >= count) return undefined;
    if (this.#next > 0) await this.#schedule.next(signal);
    else this.#schedule.begin();
    do this.#add();
    while (intervalMs === 0 && this.#next < count && this.#packer.hasRoomFor(this.#size));
    return this.#packer.take();
  }

  get #text(): string {
    return `Message ${this.#next}${this.#end}`;
  }

  get #size(): number {
    return this.#options.size || this.#text.length;
  }

  #add(): void {
    const text = this.#text;
    const size = this.#options.size || text.length;
    this.#packer.add(size, (page, at) => {
      page.write(text, at, Math.min(size, text.length), "latin1");
      if (size > text.length) page.fill("X", at + text.length, at + size);
    });
    this.#next++;
  }
}
