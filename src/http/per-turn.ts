/**
 * Lets so many through in a turn of the event loop, the others in later ones, in order. What is done in microtasks alone
 * would otherwise keep timers, signals and the progress waiting for as long as there is more of it; and libuv takes one
 * new connection in a turn: where each answers hundreds, those that come meanwhile wait for as many turns as they are.
 */
export class PerTurn {
  readonly #most: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Undefined if there is room in this turn. */
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
