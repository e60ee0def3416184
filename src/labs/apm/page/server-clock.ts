/**
 * What time it is for the server. All that is drawn has the server's time; only labels have this machine's, whose clock
 * may be another.
 */
export class ServerClock {
  #now = Date.now() / 1000;
  #setAt = performance.now();
  #offset = 0;

  /** The server says it is `now`. */
  set(now: number): void {
    this.#now = now;
    this.#setAt = performance.now();
  }

  /** Something came that happened at `at`: it cannot be earlier. */
  atLeast(at: number): void {
    if (at > this.now) this.set(at);
  }

  /** Unix seconds. */
  get now(): number {
    return this.#now + (performance.now() - this.#setAt) / 1000;
  }

  /** A time of the server as this machine's clock would have shown it, in Unix seconds. */
  toLocal(time: number): number {
    const offset = Date.now() / 1000 - this.now;
    if (Math.abs(offset - this.#offset) > 0.05) this.#offset = offset; // else labels would tremble
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
