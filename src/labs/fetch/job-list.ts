import { type AnyIterable, iteratorOf, type PromptIterable, type PromptIterator } from "../../concurrency/index.js";
import type { Job } from "./job.js";
import { parseUrlLine, type RawLine } from "./url-lines.js";

/** A list of URLs from its beginning, in batches of lines. An endless list ends at `endAt`, on the clock of performance.now(). */
export type LineSource = (endAt?: number) => AnyIterable<readonly RawLine[]>;

export interface JobListOptions {
  /** Passes through the list (default: 1). */
  repeat?: number;
  /** Lines to hand out at most (default: all). */
  most?: number;
  /** When to end, but not before the first pass is whole; on the clock of performance.now() (default: never). */
  endAt?: number | undefined;
}

/**
 * The lines of a list as jobs, in `repeat` passes or up to `most`. The index goes on counting. After `endAt` the first pass
 * goes on to the end of the list; a later one ends. A line is parsed when it is asked for, and handed out without a promise
 * unless lines must be read first: that saves seconds of a million lines.
 */
export class JobList implements PromptIterable<Job>, PromptIterator<Job> {
  /** Jobs handed out. */
  taken = 0;
  /** Whole passes. */
  passes = 0;
  /** When the list ended or was closed, on the clock of performance.now(). Infinity until then. */
  endedAt = Number.POSITIVE_INFINITY;
  readonly #source: LineSource;
  readonly #repeat: number;
  readonly #most: number;
  readonly #endAt: number;
  #rounds: number;
  #length = Number.POSITIVE_INFINITY;
  #input: ReturnType<typeof iteratorOf<readonly RawLine[]>> | undefined;
  #batch: readonly RawLine[] = [];
  #at = 0;

  constructor(source: LineSource, { repeat = 1, most, endAt }: JobListOptions) {
    this.#source = source;
    this.#repeat = repeat;
    this.#rounds = repeat;
    this.#most = most ?? Number.POSITIVE_INFINITY;
    this.#endAt = endAt ?? Number.POSITIVE_INFINITY;
  }

  next(): IteratorResult<Job> | Promise<IteratorResult<Job>> {
    if (this.taken >= this.#most || this.#isOver) return this.return();
    const raw = this.#batch[this.#at];
    if (raw === undefined) return this.#read();
    this.#at++;
    return { done: false, value: parseUrlLine(raw, this.taken++) };
  }

  /** The number of jobs of all passes. Infinity until the first pass is over. */
  get total(): number {
    return this.#length * this.#repeat;
  }

  /** Whether a job is of a later pass than the first. */
  isRepeated(index: number): boolean {
    return index >= this.#length;
  }

  get #isOver(): boolean {
    return this.passes > 0 && this.#endAt < Number.POSITIVE_INFINITY && performance.now() >= this.#endAt;
  }

  async return(): Promise<IteratorResult<Job>> {
    this.#rounds = 0;
    this.#batch = [];
    await this.#input?.return?.();
    return this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #read(): Promise<IteratorResult<Job>> {
    let empty = false;
    while (this.#rounds > 0 && !empty) {
      const fresh = this.#input === undefined;
      this.#input ??= iteratorOf(this.#source());
      const step = await this.#input.next();
      if (!step.done) {
        this.#batch = await step.value;
        this.#at = 0;
        return this.next();
      }
      this.#input = undefined;
      if (this.passes++ === 0) this.#length = this.taken;
      this.#rounds--;
      empty = fresh; // an empty list stays empty
      if (this.#isOver) this.#rounds = 0;
    }
    return this.#end();
  }

  #end(): IteratorReturnResult<undefined> {
    this.endedAt = Math.min(this.endedAt, performance.now());
    return { done: true, value: undefined };
  }
}
