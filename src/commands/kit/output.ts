import { ExitError } from "../../concurrency/index.js";
import type { Finding, Undecided } from "../../labs/lab.js";
import { fold } from "../../terminal/fold.js";
import { lineWidth } from "../../terminal/line-width.js";
import type { Palette } from "../../terminal/palette.js";
import { noticeStream } from "../../terminal/unblock.js";
import { printableJson } from "../../text/printable.js";
import { drained } from "./slow-reader.js";
import type { TraceChoice } from "./tracing.js";

export interface GlobalOptions extends TraceChoice {
  json: boolean;
  color: boolean;
  debug: boolean;
  strict: boolean;
}

interface ReportOptions {
  findings?: readonly Finding[];
  /** The lines show the findings already (default: false). */
  areShown?: boolean;
  /** Claims that this run could not decide. */
  undecided?: readonly Undecided[];
  failed?: boolean;
}

/**
 * Prints for a command: results to stdout, everything else to stderr. With --json, stdout receives JSON only, and line()
 * prints nothing.
 */
export class Output {
  readonly json: boolean;
  readonly #strict: boolean;
  readonly #signal: AbortSignal;
  #draining: Promise<void> | undefined;
  /** The number of items that offer() left out. */
  leftOut = 0;
  /** The colours of stdout. */
  readonly palette: Palette;

  constructor({ json, strict }: Pick<GlobalOptions, "json" | "strict">, palette: Palette, signal: AbortSignal) {
    this.json = json;
    this.#strict = strict;
    this.palette = palette;
    this.#signal = signal;
  }

  /** The most characters that fit on a line of stdout. */
  get width(): number {
    return lineWidth(process.stdout);
  }

  /** A line of the result as text; nothing with --json. The promise, if any, resolves when a slow reader has caught up. */
  line(text = ""): Promise<void> | void {
    if (!this.json) return this.#write(text);
  }

  /** With --json, one object of a stream, as JSON on its own line. The promise, if any, is that of line(). */
  item(json: string): Promise<void> | void {
    if (this.json) return this.#write(printableJson(json));
  }

  /** Like item(), but an object is left out while the reader is behind. It neither waits nor takes up memory. */
  offer(json: string): void {
    if (!this.json) return;
    if (this.#draining) this.leftOut++;
    else void this.item(json);
  }

  /** A notice on stderr, which is not part of the result. It is left out while the reader of stderr is far behind. */
  note(text: string): void {
    const stream = noticeStream();
    if (!stream.writableNeedDrain) stream.write(`${text}\n`);
  }

  /**
   * Print the report of a lab: as JSON with --json, else as `lines` and findings. Throws ExitError(1) if the work `failed`,
   * wholly or in part. Throws it also under --strict if a finding does not hold.
   */
  report(
    report: object,
    lines: () => Iterable<string>,
    { findings = [], areShown = false, undecided = [], failed = false }: ReportOptions = {},
  ): void {
    if (this.json) process.stdout.write(`${printableJson(JSON.stringify(report))}\n`);
    else {
      for (const line of lines()) this.line(line);
      const { good, bad, dim } = this.palette;
      for (const finding of areShown ? [] : findings) this.#claim(finding.holds ? good("✔") : bad("✘"), finding);
      for (const claim of undecided) this.#claim(dim("?"), claim);
    }
    if (failed || (this.#strict && findings.some(({ holds }) => !holds))) throw new ExitError(1);
  }

  #write(line: string): Promise<void> | void {
    if (process.stdout.write(`${line}\n`)) return;
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    await drained(process.stdout, this.#signal);
    this.#draining = undefined;
  }

  #claim(mark: string, { claim, measured }: Undecided): void {
    this.line();
    for (const [at, line] of fold(claim, this.width - 2).entries()) this.line(`${at === 0 ? mark : " "} ${line}`);
    const [first = "", ...more] = fold(`measured: ${measured}`, this.width - 2);
    this.line(`  ${this.palette.dim("measured:")}${first.slice("measured:".length)}`);
    for (const line of more) this.line(`  ${line}`);
  }
}
