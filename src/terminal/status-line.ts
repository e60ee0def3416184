import { lineWidth } from "./line-width.js";

/** One line at the bottom of a terminal's stderr, written over and over; anywhere else, nothing. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (!this.#stream.isTTY || process.env.TERM === "dumb") return;
    this.#stream.write(`\r${text.slice(0, lineWidth(this.#stream))}\x1b[K`);
    this.#shown = true;
  }

  /** Wipe the line away, before anything else is printed. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}
