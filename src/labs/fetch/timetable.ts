/** When each job of a schedule is due: the first at the start, then `perSecond` of them each second. */
export class Timetable {
  readonly perSecond: number;
  readonly #gapMs: number;
  #start = performance.now();

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.#gapMs = 1000 / perSecond;
  }

  /** The first job is due now. */
  begin(): void {
    this.#start = performance.now();
  }

  /** All jobs are due later by `ms`. */
  delay(ms: number): void {
    this.#start += ms;
  }

  /** On the clock of performance.now(). `index` counts from 0. */
  dueAt(index: number): number {
    return this.#start + index * this.#gapMs;
  }

  /** The number of jobs that are due by `at`. */
  dueBy(at: number): number {
    return at < this.#start ? 0 : Math.floor((at - this.#start) / this.#gapMs) + 1;
  }
}
