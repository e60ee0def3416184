import { sleep } from "../../concurrency/index.js";

const mostMicro = 2000; // a task that never waits for more than a microtask would keep the loop from turning

/** The steps of other tasks, that run whenever they get a turn. */
export class ForeignSteps {
  /** Steps in microtasks, and in turns of the event loop. */
  micro = 0;
  turns = 0;
  #stopped = false;
  readonly #running = [this.#stepInMicrotasks(), this.#stepInTurns()];

  get sum(): number {
    return this.micro + this.turns;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #stepInMicrotasks(): Promise<void> {
    for (; !this.#stopped && this.micro < mostMicro; this.micro++) await null;
  }

  async #stepInTurns(): Promise<void> {
    for (; !this.#stopped; this.turns++) await sleep(0);
  }
}
