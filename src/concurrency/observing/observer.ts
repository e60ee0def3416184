/** Whoever looks at the tasks of this process, for instance to write a trace. */
export interface Observer {
  /** A task begins: call `start` in its name. It ends when the promise that `start` returns settles. */
  task<T>(name: string, signal: AbortSignal | undefined, start: () => T): T;
  /** The current task begins to wait for `on`. Call the result in the turn that wakes it, or once it gives up. */
  wait(on: string, signal: AbortSignal | undefined): () => void;
  /** In worker `where`, the call of `name` ran from `from` to `to`: milliseconds as of performance.now() here. */
  ran(where: string, name: string, from: number, to: number): void;
}

/** undefined while nobody looks. Each hook asks for it first, which costs less than a nanosecond. */
export let observer: Observer | undefined;

/** Let `next` see everything from now on; undefined: nobody. */
export function observe(next: Observer | undefined): void {
  observer = next;
}
