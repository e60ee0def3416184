import { sleep } from "./sleep.js";

const longestTurnMs = 5;
const longestCatchUpMs = 1000;

export interface ScheduleOptions {
  /** What becomes of turns that were missed: taken one right after another, or left out. Default: taken. */
  missed?: "taken" | "left out";
}

/**
 * One turn each `intervalMs` from its making or begin() on, by the monotonic clock: a late turn does not make the next
 * ones late, so that the intervals do not drift. Missed turns are left out, or caught up for a second; after longer (the
 * process was suspended) it starts anew. With 0, or where each turn is late and others left out, there is always one, but
 * every 5 ms everybody else gets one first.
 */
export class Schedule {
  readonly #intervalMs: number;
  readonly #leavesOut: boolean;
  #start = performance.now();
  #turns = 0;
  #lastBreak = this.#start;
  /** How late the latest turn was. */
  lateMs = 0;
  /** How often it started anew. */
  restarts = 0;

  constructor(intervalMs: number, { missed = "taken" }: ScheduleOptions = {}) {
    this.#intervalMs = intervalMs;
    this.#leavesOut = missed === "left out";
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
    this.lateMs = performance.now() - due;
    if (this.lateMs >= 0 && this.#leavesOut) {
      await this.#yieldNowAndThen(signal); // catching up ends by itself
      this.lateMs = performance.now() - due;
    }
    while (this.lateMs < 0) {
      await sleep(-this.lateMs, { signal });
      this.lateMs = performance.now() - due; // a timer that is set after a long computation fires a little early
    }
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
