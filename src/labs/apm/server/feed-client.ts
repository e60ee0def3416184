import type { ServerResponse } from "node:http";
import type { Counters } from "./counters.js";
import { limits } from "./limits.js";

/** One browser that listens. It never makes anybody wait: what it cannot take is left out, and it itself at last. */
export class FeedClient {
  readonly openedAt = performance.now();
  readonly #response: ServerResponse;
  readonly #counters: Counters;
  #behindSince: number | undefined;
  #missed = false;

  /** `caughtUp` is called once it has taken all that waited for it, if it missed anything meanwhile: to make that good. */
  constructor(response: ServerResponse, counters: Counters, caughtUp: () => void) {
    this.#response = response;
    this.#counters = counters;
    response.on("drain", () => {
      this.#behindSince = undefined;
      if (!this.#missed) return; // what makes it good may itself be long enough to wait for: that alone is no reason for more
      this.#missed = false;
      caughtUp();
    });
  }

  /** Send it, or leave it out if what was sent before is not taken yet. */
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

  /** Cut it off if it is beyond help, and count why. */
  evictIfStuck(): void {
    if (this.#behindSince === undefined || this.#response.destroyed) return;
    const tooMuch = this.#response.writableLength > limits.maxFeedBacklog;
    const tooLong = performance.now() - this.#behindSince > limits.feedStallMs;
    if (!tooMuch && !tooLong) return;
    this.#counters.feedEvicted[tooMuch ? "backlog" : "stalled"]++;
    this.#response.destroy();
  }

  end(farewell: string): void {
    if (this.#response.writableEnded) return;
    this.#response.end(farewell);
  }
}
