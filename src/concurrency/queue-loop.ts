import { type Abortable, createController, onAbort, throwIfAborted } from "./cancellation.js";

/** The part of a queue that a loop needs. */
interface Source<T> {
  readonly size: number;
  get(opts: Abortable): Promise<T>;
}

const ended = { done: true, value: undefined } as const;

/** The iterator of Queue.items(). `isEnd` tells the error of a drained queue from that of an item that rejects. */
export function loopOver<T>(
  source: Source<T>,
  isEnd: (error: unknown) => boolean,
  { signal }: Abortable,
): AsyncIterableIterator<T, undefined> {
  const leaving = createController(); // ends a waiting next() when return() is called

  async function next(): Promise<IteratorResult<T, undefined>> {
    throwIfAborted(signal);
    if (leaving.signal.aborted) return ended;
    const forget = signal && source.size === 0 ? onAbort(signal, () => leaving.abort(signal.reason)) : undefined;
    try {
      return { done: false, value: await source.get(leaving) };
    } catch (error) {
      if (leaving.signal.aborted && Object.is(error, leaving.signal.reason)) {
        throwIfAborted(signal);
        return ended;
      }
      if (isEnd(error)) return ended;
      throw error;
    } finally {
      forget?.();
    }
  }

  return {
    next,
    return: () => {
      leaving.abort();
      return Promise.resolve(ended);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
