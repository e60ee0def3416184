import { bar, barWidth } from "./bar.js";
import { lineWidth } from "./line-width.js";
import { noticeStream } from "./unblock.js";

const quietMs = 1000; // before the first drawing, so that short work shows no bar
const redrawMs = 100;
const ownRedrawMs = 1000; // without a step
const tellingMs = 1000; // a shorter wait is nothing to tell of
const widestBar = 24; // characters

/** Steps that are begun and wait, and the longest of their waits in milliseconds. */
interface Waiting {
  count: number;
  longestMs: number;
}

/**
 * A progress bar on stderr, for work that takes longer than a second. It shows the steps done, the long waits, the rate,
 * the failures and the remaining time, as far as they fit on one line. It is drawn on a terminal only, and each second even
 * if no step is done.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #hidden: boolean;
  readonly #start = performance.now();
  #total: number | undefined;
  #done = 0;
  #failed = 0;
  #drawnAt = 0;
  #waiting: () => Waiting = () => ({ count: 0, longestMs: 0 });
  readonly #timer: NodeJS.Timeout | undefined;

  /**
   * `total` is the number of steps, undefined if unknown. `hidden` (default: false) draws nothing, for a terminal that
   * receives other lines meanwhile.
   */
  constructor(
    total: number | undefined,
    { stream = noticeStream(), hidden = false }: { stream?: NodeJS.WriteStream; hidden?: boolean } = {},
  ) {
    this.#total = total;
    this.#stream = stream;
    this.#hidden = hidden;
    if (this.shown) this.#timer = setInterval(() => this.#draw(ownRedrawMs), ownRedrawMs).unref();
  }

  /** From now on, `waiting` tells of the steps that are begun and not done. */
  watch(waiting: () => Waiting): void {
    this.#waiting = waiting;
  }

  /** Whether the bar may be drawn. */
  get shown(): boolean {
    return this.#stream.isTTY && !this.#hidden && process.env.TERM !== "dumb";
  }

  /** Sets the number of steps once it is known. */
  set total(total: number) {
    this.#total = total;
  }

  /** Count one step as done. `ok` (default: true) is false for a failed step. */
  step(ok = true): void {
    this.#done++;
    if (!ok) this.#failed++;
    this.#draw(redrawMs);
  }

  /** Erase the bar, and draw it no more. Call it before anything else is printed. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#drawnAt > 0) this.#stream.write("\r\x1b[K");
  }

  /** Draw, unless the last drawing is younger than `restMs`. */
  #draw(restMs: number): void {
    const now = performance.now();
    if (!this.shown || now - this.#start < quietMs || now - this.#drawnAt < restMs) return;
    if (this.#stream.writableLength > 0) return; // the terminal has not taken the line before
    this.#drawnAt = now;
    this.#stream.write(`\r${this.#line((now - this.#start) / 1000)}\x1b[K`);
  }

  #line(seconds: number): string {
    const width = lineWidth(this.#stream);
    const text = joined(this.#parts(seconds), width);
    const bars = barWidth(widestBar, width - text.length - 1);
    if (this.#total === undefined || bars === 0) return text;
    const share = this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1;
    return `${bar(share, bars).padEnd(bars, "░")} ${text}`;
  }

  /** The parts of the line. The least important ones come last. */
  #parts(seconds: number): string[] {
    const rate = this.#done / seconds;
    const failed = this.#failed > 0 ? [`${this.#failed} failed`] : [];
    const { count, longestMs } = this.#waiting();
    const waits = longestMs < tellingMs ? [] : [`${count} waiting, up to ${Math.floor(longestMs / 1000)} s`];
    const rates = [...waits, `${Math.round(rate)}/s`, ...failed];
    if (this.#total === undefined) return [`${this.#done} done`, ...rates];
    const rest = Math.max(0, this.#total - this.#done) / rate;
    if (this.#done === 0) return [`0/${this.#total}`, ...rates];
    const left = rest < 100 ? `${rest.toFixed(0)} s left` : `${(rest / 60).toFixed(0)} min left`;
    return [`${this.#done}/${this.#total}`, ...rates, left];
  }
}

/** As many parts as fit: a wrapped line cannot be overwritten. */
function joined(parts: readonly string[], width: number): string {
  const line = parts.join("  ");
  return line.length <= width || parts.length === 1 ? line.slice(0, width) : joined(parts.slice(0, -1), width);
}
