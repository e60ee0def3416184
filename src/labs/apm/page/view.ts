/** Which stretch of time the charts show: the last minutes, or those before time was stopped. */
export class View {
  seconds = 60;
  #pausedAt: number | undefined;

  /** Stop at `now`, in server time, or go on. */
  toggle(now: number): void {
    this.#pausedAt = this.#pausedAt === undefined ? now : undefined;
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** From and to, in server time. What comes now may still be on its way, so the end is a moment ago. */
  at(now: number): [number, number] {
    const end = (this.#pausedAt ?? now) - 0.3;
    return [end - this.seconds, end];
  }
}
