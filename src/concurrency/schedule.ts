import { throwIfAborted } from "./cancellation.js";
import { sleep } from "./sleep.js";
import { checkDuration } from "./timer.js";

const longestTurnMs = 5;
const longestCatchUpMs = 1000;

export interface ScheduleOptions {
  /** Missed turns are taken one right after another, or left out (default: taken). */
  missed?: "taken" | "left out";
}

/**
 * One turn each `intervalMs` milliseconds, without drift: a late turn does not make the next ones late. Goes by the
 * monotonic clock, from the constructor or begin() on. Turns missed by more than a second (a suspended process) are not
 * caught up: the schedule starts anew. With interval 0, next() resolves at once and yields to the event loop every 5 ms.
 *
 * ```js
 * const schedule = new Schedule(20);
 * const { signal } = new AbortController();
 * for (let turn = 1; turn <= 2; turn++) {
 *   await schedule.next(signal);
 *   console.log(turn); // 1 then 2
 * }
 * ```
 */
export class Schedule {
  readonly #intervalMs: number;
  readonly #leavesOut: boolean;
  #start = performance.now();
  #turns = 0;
  #lastBreak = this.#start;
  /** How late the last turn came, in milliseconds. */
  lateMs = 0;
  /** How often the schedule started anew. */
  restarts = 0;

  /** Throws RangeError if `intervalMs` is NaN or negative. */
  constructor(intervalMs: number, { missed = "taken" }: ScheduleOptions = {}) {
    checkDuration(intervalMs);
    this.#intervalMs = intervalMs;
    this.#leavesOut = missed === "left out";
  }

  /** Start the first interval now. */
  begin(): void {
    this.#start = performance.now();
  }

  /** Resolves at the next turn; the first is one interval after the start. Cancellation: rejects with `signal.reason`. */
  async next(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.#intervalMs === 0) return this.#yieldNowAndThen(signal);
    const due = this.#start + ++this.#turns * this.#intervalMs;
    let lateMs = performance.now() - due;
    if (lateMs >= 0 && this.#leavesOut) {
      await this.#yieldNowAndThen(signal); // turns that are caught up end by themselves
      lateMs = performance.now() - due;
    }
    while (lateMs < 0) {
      await sleep(-lateMs, { signal });
      lateMs = performance.now() - due;
    }
    this.lateMs = lateMs; // of a turn that has come, not of one that an abort cut off
    if (this.#leavesOut) this.#turns += Math.floor(this.lateMs / this.#intervalMs);
    else if (this.lateMs > longestCatchUpMs) this.#startAnew();
  }

  #startAnew(): void {
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
