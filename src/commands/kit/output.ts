import { ExitError } from "../../concurrency/index.js";
import type { Finding } from "../../labs/lab.js";
import { lineWidth } from "../../terminal/line-width.js";
import type { Palette } from "../../terminal/palette.js";
import { printableJson } from "../../text/printable.js";
import { drained } from "./slow-reader.js";

export interface GlobalOptions {
  json: boolean;
  color: boolean;
  debug: boolean;
  strict: boolean;
}

interface ReportOptions {
  findings?: readonly Finding[];
  failed?: boolean;
}

/**
 * Where a command's words go: results to stdout, everything else to stderr. With --json stdout gets one document and
 * nothing else, so line() falls silent.
 */
export class Output {
  readonly json: boolean;
  readonly #strict: boolean;
  readonly #signal: AbortSignal;
  #draining: Promise<void> | undefined;
  /** Items that offer() left out. */
  leftOut = 0;
  /** For stdout. */
  readonly palette: Palette;

  constructor({ json, strict }: Pick<GlobalOptions, "json" | "strict">, palette: Palette, signal: AbortSignal) {
    this.json = json;
    this.#strict = strict;
    this.palette = palette;
    this.#signal = signal;
  }

  /** How many characters a line of stdout may have without being wrapped. */
  get width(): number {
    return lineWidth(process.stdout);
  }

  /** A line of the result, for people. What there is to await is a slow reader. */
  line(text = ""): Promise<void> | void {
    if (!this.json) return this.#write(text);
  }

  /** A piece of a stream for programs: with --json, the JSON of one object on a line of its own, fit for a terminal. */
  item(json: string): Promise<void> | void {
    if (this.json) return this.#write(printableJson(json));
  }

  /** Like item(), for what must neither wait for a slow reader nor pile up in memory: left out while it is behind. */
  offer(json: string): void {
    if (!this.json) return;
    if (this.#draining) this.leftOut++;
    else void this.item(json);
  }

  /** A notice that is not part of the result. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /**
   * The end of a lab: with --json the report as it is, else the `lines` that show it, then its findings. Throws
   * ExitError(1) if the work `failed`, wholly or in part, or if a finding does not hold under --strict.
   */
  report(report: object, lines: () => Iterable<string>, { findings = [], failed = false }: ReportOptions = {}): void {
    if (this.json) process.stdout.write(`${printableJson(JSON.stringify(report))}\n`);
    else {
      for (const line of lines()) this.line(line);
      for (const finding of findings) this.#finding(finding);
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

  #finding({ claim, measured, holds }: Finding): void {
    const { good, bad, dim } = this.palette;
    this.line();
    this.line(`${holds ? good("✔") : bad("✘")} ${claim}`);
    this.line(`  ${dim("measured:")} ${measured}`);
  }
}
