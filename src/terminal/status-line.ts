import { fit } from "./cells.js";
import { lineWidth } from "./line-width.js";
import { noticeStream } from "./unblock.js";

/**
 * One line at the bottom of the terminal, on stderr, that each show() overwrites. Without a terminal it prints nothing. A
 * line is left out while the terminal does not take the one before, as after Ctrl-S.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = noticeStream()) {
    this.#stream = stream;
  }

  /** Text that does not fit on the line is cut. */
  show(text: string): void {
    if (!this.#stream.isTTY || process.env.TERM === "dumb" || this.#stream.writableLength > 0) return;
    this.#stream.write(`\r${fit(text, lineWidth(this.#stream))}\x1b[K`);
    this.#shown = true;
  }

  /** Erase the line. Call it before anything else is printed. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}
