import { onAbort } from "../../concurrency/index.js";

/** Notes when the signal aborts, and ends the schedule then or with end(). */
export class Stop {
  /** When the signal aborted, on the clock of performance.now(). */
  at = performance.now(); // it may have aborted before, in the warm-up
  readonly #schedule = new AbortController();
  readonly #forget: () => void;

  constructor(signal: AbortSignal) {
    this.#forget = onAbort(signal, () => {
      this.at = performance.now();
      this.#schedule.abort(signal.reason);
    });
  }

  get schedule(): AbortSignal {
    return this.#schedule.signal;
  }

  end(): void {
    this.#forget();
    this.#schedule.abort(); // it may wait for its next start
  }
}
