import { AsyncLocalStorage, createHook } from "node:async_hooks";

/**
 * Tells which task is on the event loop. Each turn of a callback or of a promise's reaction belongs to the task in which it was
 * set up. A task that starts another inside its turn hands the loop over until that one waits.
 */
export class Turns<T extends object> {
  readonly #storage = new AsyncLocalStorage<T | undefined>();
  readonly #onTurn: (task: T | undefined, from: number, to: number) => void;
  readonly #hook = createHook({ before: () => this.#before(), after: () => this.#after() });
  /** Those whose turn another one interrupts. */
  readonly #interrupted: (T | undefined | typeof idle)[] = [];
  #running: T | undefined | typeof idle = idle;
  #since = performance.now();

  /** `onTurn` gets the part of a turn that has just ended. */
  constructor(onTurn: (task: T | undefined, from: number, to: number) => void) {
    this.#onTurn = onTurn;
    this.#hook.enable();
  }

  /** The task that is on the loop, undefined for code outside of all tasks, and since when. */
  get running(): T | undefined {
    return this.#running ?? undefined;
  }

  get since(): number {
    return this.#since;
  }

  /** Call `start` as a part of `task`: callbacks that it sets up belong to it, too. */
  start<R>(task: T, start: () => R): R {
    this.#push(task);
    try {
      return this.#storage.run(task, start);
    } finally {
      this.#pop();
    }
  }

  /** The rest of this turn, and the callbacks set up in it, belong to `task`. */
  enter(task: T): void {
    this.#storage.enterWith(task);
    this.handOver(task);
  }

  /** End the part of the turn that has run so far; the rest belongs to `task`. */
  handOver(task: T | undefined | typeof idle): void {
    const now = performance.now();
    if (this.#running !== idle) this.#onTurn(this.#running, this.#since, now);
    this.#running = task;
    this.#since = now;
  }

  /** Call `fn` outside of all tasks. */
  outside<R>(fn: () => R): R {
    return this.#storage.exit(fn);
  }

  stop(): void {
    this.handOver(undefined);
    this.#hook.disable();
  }

  #before(): void {
    this.#push(this.#storage.getStore());
  }

  #after(): void {
    this.#pop();
  }

  #push(task: T | undefined): void {
    this.#interrupted.push(this.#running);
    this.handOver(task);
  }

  #pop(): void {
    const isInside = this.#interrupted.length > 0; // not at the end of the turn in which the hook was enabled
    this.handOver(isInside ? this.#interrupted.pop() : idle);
  }
}

/** Nobody is on the loop. */
const idle = null;
