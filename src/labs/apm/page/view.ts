/** The time range of the charts: the last minutes, or those before a pause. */
export class View {
  seconds = 60;
  #pausedAt: number | undefined;

  /** Pause at `now`, in server time, or go on. */
  toggle(now: number): void {
    this.#pausedAt = this.#pausedAt === undefined ? now : undefined;
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** Start and end in server time. The end is 0.3 s ago, since newer samples may be on their way. */
  at(now: number): [number, number] {
    const end = (this.#pausedAt ?? now) - 0.3;
    return [end - this.seconds, end];
  }
}
