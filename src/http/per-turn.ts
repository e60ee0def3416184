/**
 * Lets at most `most` callers pass in one turn of the event loop. The others pass in later turns, in order. Without it,
 * a long list of microtasks blocks timers, signals and the progress bar. In a server, turns with many answers also
 * delay new connections, because libuv accepts one of them per turn.
 */
export class PerTurn {
  readonly #most: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Undefined if there is room in this turn, else a promise that resolves in a later turn. */
  take(): Promise<void> | undefined {
    if (this.#taken === 0) setImmediate(() => this.#next());
    if (this.#taken < this.#most) {
      this.#taken++;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #next(): void {
    const released = this.#waiting.splice(0, this.#most);
    this.#taken = released.length;
    if (released.length > 0) setImmediate(() => this.#next());
    for (const release of released) release();
  }
}
