/**
 * The time of the server. Everything is drawn by it. Only labels use the clock of this machine, which may be different.
 */
export class ServerClock {
  #now = Date.now() / 1000;
  #setAt = performance.now();
  #offset = 0;

  /** The server reports its time. */
  set(now: number): void {
    this.#now = now;
    this.#setAt = performance.now();
  }

  /** An event of `at` has arrived, so the server is at least as late. */
  atLeast(at: number): void {
    if (at > this.now) this.set(at);
  }

  /** Unix seconds. */
  get now(): number {
    return this.#now + (performance.now() - this.#setAt) / 1000;
  }

  /** A time of the server as the time of this machine, in Unix seconds. */
  toLocal(time: number): number {
    const offset = Date.now() / 1000 - this.now;
    if (Math.abs(offset - this.#offset) > 0.05) this.#offset = offset; // otherwise labels would tremble
    return time + this.#offset;
  }
}

const format = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** `14:03:22` of a local time in Unix seconds. */
export function clockText(time: number): string {
  return format.format(time * 1000);
}
