/** The time range of the charts: the last minutes, or those before a pause. While paused, nothing that is shown changes. */
export class View {
  seconds = 60;
  #pausedAt: number | undefined;

  /** Pause at `now`, in server time. */
  pause(now: number): void {
    this.#pausedAt = now;
  }

  goOn(): void {
    this.#pausedAt = undefined;
  }

  /** The moment of the pause, or `now`. */
  timeOf(now: number): number {
    return this.#pausedAt ?? now;
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** Start and end in server time. The end is 0.3 s ago, since newer samples may be on their way. */
  at(now: number): [number, number] {
    const end = this.timeOf(now) - 0.3;
    return [end - this.seconds, end];
  }
}
