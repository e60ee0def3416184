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
  /** Numbers that came again, or late, or cannot be true: the count goes on from there. */
  outOfOrder = 0;
  #next = 0;

  /** Count a sample, and tell how many were lost just before it. Without a number nothing is known of losses. */
  count({ seq }: Pick<Sample, "seq">): number {
    this.received++;
    if (seq === undefined) return 0;
    if (this.joinedAt === undefined) {
      this.joinedAt = seq;
      this.#next = seq + 1;
      return 0;
    }
    if (seq < this.#next) {
      this.outOfOrder++;
      return 0;
    }
    const gap = seq - this.#next;
    this.#next = seq + 1;
    if (gap > limits.maxGap) {
      this.outOfOrder++;
      return 0;
    }
    this.lost += gap;
    return gap;
  }
}
