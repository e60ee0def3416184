const quietMs = 1000; // work that is done by then shows no bar
const redrawMs = 100;
const barWidth = 24;

/** A bar on a terminal's stderr for work of `total` steps that takes longer than a second; anywhere else, nothing. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  readonly #start = performance.now();
  #done = 0;
  #drawnAt = 0;

  constructor(total: number, stream: NodeJS.WriteStream = process.stderr) {
    this.#total = total;
    this.#stream = stream;
  }

  /** One step is done. */
  step(): void {
    this.#done++;
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#start < quietMs || now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    const filled = Math.round((this.#done / this.#total) * barWidth);
    this.#stream.write(`\r${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${this.#done}/${this.#total}\x1b[K`);
  }

  /** Wipe the bar away, before anything else is printed. */
  clear(): void {
    if (this.#drawnAt > 0) this.#stream.write("\r\x1b[K");
  }
}
