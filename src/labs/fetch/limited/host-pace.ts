const leastPerSecond = 1;
const doublingMs = 1000;
const mostMeasured = 25; // replies
const cautious = 0.9;
const debtMs = 2; // above 250 a second, a start may make up for timers that are late, which would else halve the rate
const [nearly, recoveryMs] = [0.93, 1000];

/**
 * The rate at which requests to one host may start, after the host has refused some (AIMD). A refusal pauses the host. Then
 * its rate begins with half of what it was. While its limit is unknown, the rate doubles each second. Once a second refusal
 * has shown the limit, the rate grows to 93 % of it within a second, by 1 % of it in the next, and ever faster after that.
 */
export class HostPace {
  /** Refusals, and pauses. Refusals of requests that had started before a pause belong to that pause. */
  refused = 0;
  pauses = 0;
  pausedMs = 0;
  #pausedUntil: number;
  #nextAt = 0;
  #from = leastPerSecond; // the rate at the end of the pause
  #limit: number | undefined;
  #good: number[] = []; // times of the last 25 replies that were no refusals

  /** `was` is the rate before the first refusal, per second. */
  constructor(was: number, now: number) {
    this.#pausedUntil = now;
    this.#from = Math.max(leastPerSecond, was / 2);
  }

  /** When the next request may start, on the clock of performance.now(). */
  get readyAt(): number {
    return Math.max(this.#pausedUntil, this.#nextAt);
  }

  /** Requests that may start per second. */
  perSecond(now: number): number {
    const ms = Math.max(0, now - this.#pausedUntil);
    if (this.#limit === undefined) return this.#from * 2 ** Math.min(ms / doublingMs, 20);
    const goal = this.#limit * nearly;
    if (ms < recoveryMs) return Math.max(leastPerSecond, this.#from + ((goal - this.#from) * ms) / recoveryMs);
    return Math.max(leastPerSecond, goal + this.#limit * growth((ms - recoveryMs) / 1000));
  }

  /** A request starts. */
  started(now: number): void {
    const gapMs = 1000 / this.perSecond(now);
    this.#nextAt = Math.max(this.#nextAt, gapMs < 2 * debtMs ? now - debtMs : now) + gapMs;
  }

  /** A reply came that was no refusal. */
  answered(now: number): void {
    if (this.#good.push(now) > mostMeasured) this.#good.shift();
  }

  /** A request that started at `startedAt` was refused: pause for `pauseMs`. */
  refuse(startedAt: number, now: number, pauseMs: number): void {
    this.refused++;
    const until = Math.max(this.#pausedUntil, now + pauseMs);
    if (this.pauses === 0 || startedAt >= this.#pausedUntil) this.#beginPause(now);
    this.pausedMs += until - Math.max(now, this.#pausedUntil);
    this.#pausedUntil = until;
    this.#nextAt = until;
  }

  #beginPause(now: number): void {
    if (this.pauses++ > 0) {
      this.#limit = this.#measured(now);
      this.#from = Math.max(leastPerSecond, this.#limit / 2);
    }
    this.#good = [];
  }

  /** Somewhat below the rate of the last good replies: it was too high, and the next refusal would cost another pause. */
  #measured(now: number): number {
    const first = this.#good[0];
    if (first === undefined || this.#good.length < 3) return this.#limit ?? this.perSecond(now) / 2;
    const share = this.#limit === undefined ? cautious : 1;
    return share * Math.min(this.perSecond(now), ((this.#good.length - 1) * 1000) / Math.max(1, now - first));
  }
}

/** The share of the limit by which the rate has grown after `seconds`: slowly near the limit, faster if it has changed. */
function growth(seconds: number): number {
  return 0.01 * seconds + 0.001 * seconds ** 2;
}
