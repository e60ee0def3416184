const perTurn = 64;

/**
 * Gives the event loop a turn now and then. What needs no socket is done in microtasks, and a long row of these would
 * keep timers, signals and the progress waiting until its end.
 */
export class Turns {
  #taken = 0;
  #turn: Promise<void> | undefined;

  /** Await it for each such thing: every 64th waits for a turn of the event loop, and whoever comes meanwhile with it. */
  take(): Promise<void> | undefined {
    if (!this.#turn && ++this.#taken % perTurn === 0) {
      this.#turn = new Promise((resolve) => {
        setImmediate(() => {
          this.#turn = undefined;
          resolve();
        });
      });
    }
    return this.#turn;
  }
}
