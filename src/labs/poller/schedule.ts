import { sleep } from "../../concurrency/index.js";

const longestTurnMs = 5;
const longestCatchUpMs = 1000;

/**
 * One turn each `intervalMs` from its making or begin() on, by the monotonic clock: a late turn does not make the next ones late, so that
 * the intervals do not drift. Up to a second is caught up; after longer (the process was suspended) it starts anew. With
 * 0 there is always a turn, but every 5 ms everybody else gets one first.
 */
export class Schedule {
  readonly #intervalMs: number;
  #start = performance.now();
  #turns = 0;
  #lastBreak = this.#start;
  /** How late the latest turn was. */
  lateMs = 0;
  /** How often it started anew. */
  restarts = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Count from now on. */
  begin(): void {
    this.#start = performance.now();
  }

  /** Resolves at the next turn, the first one an interval after the start. Cancellation: rejects with `signal.reason`. */
  async next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#intervalMs === 0) return this.#yieldNowAndThen(signal);
    const due = this.#start + ++this.#turns * this.#intervalMs;
    const early = due - performance.now();
    if (early > 0) await sleep(early, { signal });
    this.lateMs = performance.now() - due;
    if (this.lateMs <= longestCatchUpMs) return;
    this.#start = performance.now();
    this.#turns = 0;
    this.restarts++;
  }

  async #yieldNowAndThen(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#lastBreak < longestTurnMs) return;
    await sleep(0, { signal });
    this.#lastBreak = performance.now();
  }
}
