import type { Sample } from "../sample.js";
import { limits } from "./limits.js";

/**
 * Received and lost samples of one life of an app, by their numbers. Samples that the app took while nobody listened
 * have no number; the app counts them as `unsent`.
 */
export class Losses {
  received = 0;
  lost = 0;
  /** The first number that arrived. Earlier ones went to an earlier life of the server, and are no loss. */
  joinedAt: number | undefined;
  /** Duplicate or impossible numbers. After an impossible one, the count goes on from there. */
  outOfOrder = 0;
  #next = 0;
  /** The last gaps, with first and last number. Samples of an abandoned connection may arrive late. */
  readonly #gaps: [from: number, to: number][] = [];

  /** Count a sample, and return the number of new losses: -1 for a late sample, 0 for one without a number. */
  count({ seq }: Pick<Sample, "seq">): number {
    this.received++;
    if (seq === undefined) return 0;
    this.joinedAt ??= this.#next = seq;
    const gap = seq - this.#next;
    if (gap < 0) return this.#countLate(seq);
    this.#next = seq + 1;
    if (gap === 0) return 0;
    if (gap > limits.maxGap) {
      this.outOfOrder++;
      return 0;
    }
    this.#gaps.push([seq - gap, seq - 1]);
    if (this.#gaps.length > limits.maxGaps) this.#gaps.shift();
    this.lost += gap;
    return gap;
  }

  #countLate(seq: number): number {
    const index = this.#gaps.findIndex(([from, to]) => from <= seq && seq <= to);
    const gap = this.#gaps[index];
    if (!gap) {
      this.outOfOrder++;
      return 0;
    }
    const [from, to] = gap;
    const left: [number, number][] = [];
    if (from < seq) left.push([from, seq - 1]);
    if (seq < to) left.push([seq + 1, to]);
    this.#gaps.splice(index, 1, ...left);
    if (this.#gaps.length > limits.maxGaps) this.#gaps.shift();
    this.lost--;
    return -1;
  }
}
