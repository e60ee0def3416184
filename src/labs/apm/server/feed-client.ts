import type { ServerResponse } from "node:http";
import type { Counters } from "./counters.js";
import { cutOff } from "./cut-off.js";
import { limits } from "./limits.js";

/**
 * One browser on the feed. Nothing waits for it: its writes are skipped while it is behind, and finally it is cut off.
 */
export class FeedClient {
  readonly openedAt = performance.now();
  readonly #response: ServerResponse;
  readonly #counters: Counters;
  #behindSince: number | undefined;
  #missed = false;

  /** `caughtUp` is called when the browser has taken everything after skipped writes; it makes good for them. */
  constructor(response: ServerResponse, counters: Counters, caughtUp: () => void) {
    this.#response = response;
    this.#counters = counters;
    response.on("drain", () => {
      this.#behindSince = undefined;
      if (!this.#missed) return; // a long write of `caughtUp` drains, too
      this.#missed = false;
      caughtUp();
    });
  }

  /** Send a frame, or skip it while an earlier one is not taken. */
  write(frame: Buffer): void {
    if (this.#response.writableEnded) return;
    if (this.#behindSince !== undefined) {
      this.#counters.feedSkipped++;
      this.#missed = true;
      return;
    }
    this.#counters.feedWrites++;
    if (!this.#response.write(frame)) this.#behindSince = performance.now();
  }

  /** Cut off a browser that is too far behind, and count the reason. */
  evictIfStuck(): void {
    if (this.#behindSince === undefined || this.#response.destroyed) return;
    const tooMuch = this.#response.writableLength > limits.maxFeedBacklog;
    const tooLong = performance.now() - this.#behindSince > limits.feedStallMs;
    if (!tooMuch && !tooLong) return;
    this.#counters.feedEvicted[tooMuch ? "backlog" : "stalled"]++;
    cutOff(this.#response);
  }

  end(farewell: string): void {
    if (this.#response.writableEnded) return;
    this.#response.end(farewell);
  }
}
