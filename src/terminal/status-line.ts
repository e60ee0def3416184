import { lineWidth } from "./line-width.js";

/** One line at the bottom of the terminal, on stderr, that each show() overwrites. Without a terminal it prints nothing. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** Text that does not fit on the line is cut. */
  show(text: string): void {
    if (!this.#stream.isTTY || process.env.TERM === "dumb") return;
    this.#stream.write(`\r${text.slice(0, lineWidth(this.#stream))}\x1b[K`);
    this.#shown = true;
  }

  /** Erase the line. Call it before anything else is printed. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}
