import { createController, isCancelled, onAbort, type Task } from "./cancellation.js";
import { type Observer, observer } from "./observing/observer.js";
import type { Described, Started, Waiting } from "./observing/waiting.js";

/** The result of a spawned child. It may be ignored: the group answers for its error. cancel() stops that child alone. */
export interface TaskHandle<T> extends Promise<T> {
  /** Abort the signal of this child alone. */
  cancel(reason?: unknown): void;
}

/** A running child, as TaskGroup.tasks lists it. */
export interface RunningTask {
  readonly name: string | undefined;
  cancel(reason?: unknown): void;
}

interface Child extends RunningTask {
  readonly controller: AbortController;
  /** Its own name, or that of its function. */
  readonly shownName: string;
  readonly startedAt: number;
}

/**
 * The running children of one scope; taskGroup, gather and run are made of it. Each child has its own signal, which
 * aborts with the scope. A cancelled child is no failure. Any other rejection goes to `onFailure`, in the order of time.
 */
export class Children implements Described {
  readonly #what: string;
  readonly #scope = createController();
  readonly #running = new Set<Child>();
  readonly #onFailure: (error: unknown, name: string | undefined) => void;
  readonly #forgetOuter: (() => void) | undefined;
  #lastEnded: (() => void) | undefined;
  #closed = false;
  /** Whether a child has rejected: with a failure, or because it was cancelled. */
  #rejected = false;

  /** `what` is the kind of scope, such as "task group". It aborts with `outer`, which must not be aborted yet. */
  constructor(
    what: string,
    outer: AbortSignal | undefined,
    onFailure: (error: unknown, name: string | undefined) => void,
  ) {
    this.#what = what;
    this.#onFailure = onFailure;
    this.#forgetOuter = outer && onAbort(outer, () => this.abort(outer.reason), this);
  }

  describe(): Waiting {
    return { what: this.#what, tasks: this.#started(), inside: this.signal };
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  get allFulfilled(): boolean {
    return !this.#rejected;
  }

  get running(): readonly RunningTask[] {
    return [...this.#running];
  }

  /** Start a child now. Throws, without calling `fn`, once the scope is aborting or closed. */
  spawn<T>(fn: Task<T>, { name }: { name?: string } = {}): TaskHandle<T> {
    if (this.#closed) throw new Error("cannot spawn: the group is closed");
    if (this.signal.aborted) throw new Error("cannot spawn: the group is aborting", { cause: this.signal.reason });
    const controller = createController();
    const cancel = (reason?: unknown) => controller.abort(reason);
    const child = { name, controller, cancel, shownName: name ?? (fn.name || "task"), startedAt: performance.now() };
    this.#running.add(child);
    const result = observer ? this.#superviseObserved(fn, child, observer) : this.#supervise(fn, child);
    result.catch(() => {}); // the scope answers for the error, whether or not anybody awaits the handle
    return Object.assign(result, { cancel });
  }

  /** Abort every child. The first reason counts. */
  abort(reason?: unknown): void {
    if (this.signal.aborted) return;
    this.#scope.abort(reason);
    for (const child of this.#running) child.cancel(this.signal.reason);
  }

  /** Resolve once no child runs, counting those spawned meanwhile. From then on spawn() throws. */
  async close(): Promise<void> {
    while (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#lastEnded = resolve;
      });
    }
    this.#closed = true;
    this.#forgetOuter?.();
  }

  *#started(): Generator<Started> {
    for (const { shownName: name, controller, startedAt } of this.#running) {
      yield { name, signal: controller.signal, startedAt };
    }
  }

  /** A method of its own: V8 would make the context of its closure on each call of spawn(). */
  #superviseObserved<T>(fn: Task<T>, child: Child, observer: Observer): Promise<T> {
    return observer.task(child.shownName, child.controller.signal, () => this.#supervise(fn, child));
  }

  async #supervise<T>(fn: Task<T>, child: Child): Promise<T> {
    const { name, controller } = child;
    try {
      return await fn(controller.signal);
    } catch (error) {
      this.#rejected = true;
      if (!isCancelled(error, controller.signal) && !isCancelled(error, this.signal)) this.#onFailure(error, name);
      throw error;
    } finally {
      this.#running.delete(child);
      if (this.#running.size === 0) this.#lastEnded?.();
    }
  }
}
