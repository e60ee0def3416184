import { bar, barWidth } from "./bar.js";
import { lineWidth } from "./line-width.js";

const quietMs = 1000; // work that is done by then shows no bar
const redrawMs = 100;
const widest = 24; // of the bar

/**
 * A bar on a terminal's stderr for work that takes longer than a second: steps done, how many a second, how many failed,
 * and how long the rest will take; what does not fit on one line is left out. Anywhere else, nothing, nor where it is
 * `hidden`, for other lines come to that terminal meanwhile (default: false).
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #hidden: boolean;
  readonly #start = performance.now();
  #total: number | undefined;
  #done = 0;
  #failed = 0;
  #drawnAt = 0;

  /** `total`: how many steps there will be, if that is known. */
  constructor(
    total: number | undefined,
    { stream = process.stderr, hidden = false }: { stream?: NodeJS.WriteStream; hidden?: boolean } = {},
  ) {
    this.#total = total;
    this.#stream = stream;
    this.#hidden = hidden;
  }

  /** Whether anybody sees it. */
  get shown(): boolean {
    return this.#stream.isTTY && !this.#hidden && process.env.TERM !== "dumb";
  }

  /** How many steps there will be has become known. */
  set total(total: number) {
    this.#total = total;
  }

  /** One step is done, well or not. */
  step(ok = true): void {
    this.#done++;
    if (!ok) this.#failed++;
    const now = performance.now();
    if (!this.shown || now - this.#start < quietMs || now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    this.#stream.write(`\r${this.#line((now - this.#start) / 1000)}\x1b[K`);
  }

  /** Wipe the bar away, before anything else is printed. */
  clear(): void {
    if (this.#drawnAt > 0) this.#stream.write("\r\x1b[K");
  }

  #line(seconds: number): string {
    const width = lineWidth(this.#stream);
    const text = joined(this.#figures(seconds), width);
    const bars = barWidth(widest, width - text.length - 1);
    if (this.#total === undefined || bars === 0) return text;
    const share = this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1;
    return `${bar(share, bars).padEnd(bars, "░")} ${text}`;
  }

  /** The ones that can be missed last. */
  #figures(seconds: number): string[] {
    const rate = this.#done / seconds;
    const failed = this.#failed > 0 ? [`${this.#failed} failed`] : [];
    const figures = [`${Math.round(rate)}/s`, ...failed];
    if (this.#total === undefined) return [`${this.#done} done`, ...figures];
    const rest = Math.max(0, this.#total - this.#done) / rate;
    const left = rest < 100 ? `${rest.toFixed(0)} s left` : `${(rest / 60).toFixed(0)} min left`;
    return [`${this.#done}/${this.#total}`, ...figures, left];
  }
}

/** As many of them as fit: a line that wraps cannot be written over. */
function joined(figures: readonly string[], width: number): string {
  const line = figures.join("  ");
  return line.length <= width || figures.length === 1 ? line.slice(0, width) : joined(figures.slice(0, -1), width);
}
