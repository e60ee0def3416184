import type { Sample } from "../sample.js";
import { limits } from "./limits.js";

/**
 * What became of the samples of one life of an app, told by their numbers: `received` arrived, `lost` were sent and never
 * came. Samples that the app took while nobody listened have no number; it counts them itself, as `unsent`.
 */
export class Losses {
  received = 0;
  lost = 0;
  /** The first number that came: what was before it went to an earlier life of this server, and is no loss of ours. */
  joinedAt: number | undefined;
  /** Numbers that came again, or cannot be true: the count goes on from there. */
  outOfOrder = 0;
  #next = 0;
  /** The last gaps, the first and the last number of each: of a connection that was given up, samples may come late. */
  readonly #gaps: [from: number, to: number][] = [];

  /** Count a sample, and tell how many more are lost: of a late one, -1. Without a number nothing is known of losses. */
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
