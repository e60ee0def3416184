import type { Jump } from "./protocol.js";

/**
 * The time of the server, which never jumps. Only labels and the axis use the clock of this machine: between the two lie
 * the jumps of the wall clock, such as a suspended machine leaves.
 */
export class ServerClock {
  /** Jumps of the wall clock in server time, oldest first. */
  jumps: readonly Jump[] = [];
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
    return this.jumps.reduce((local, { at, by }) => (time < at ? local - by : local), time + this.#offset);
  }

  /** The opposite. A time within a jump becomes the moment after it. */
  fromLocal(local: number): number {
    let time = local - this.toLocal(0) - this.jumps.reduce((sum, { by }) => sum + by, 0);
    for (const { at, by } of [...this.jumps].reverse()) {
      if (time >= at) break;
      if (time + by >= at) return at;
      time += by;
    }
    return time;
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
