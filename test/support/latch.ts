/**
 * Tests force an order of events with latches that they open by hand, and with full turns of the event loop. They never
 * sleep for it.
 */

/** A promise that the test settles. */
export interface Latch<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function latch<T = void>(): Latch<T> {
  let open!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open, fail };
}

/** Take a full turn of the event loop. A promise that is still pending afterwards waits for a further event. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settled = () => {
    pending = false;
  };
  promise.then(settled, settled);
  await turn();
  return pending;
}

/**
 * A mapper that maps "a" to "A", but only once the test has opened the latch of that item. It ignores its signal, so
 * that a test sees whether a caller waits for it.
 */
export class LatchedMapper {
  readonly started: string[] = [];
  readonly indexes: number[] = [];
  readonly signals: AbortSignal[] = [];
  running = 0;
  readonly #latches = new Map<string, Latch>();

  readonly map = async (item: string, index: number, signal: AbortSignal): Promise<string> => {
    this.started.push(item);
    this.indexes.push(index);
    this.signals.push(signal);
    this.running++;
    try {
      await this.#latch(item).passed;
      return item.toUpperCase();
    } finally {
      this.running--;
    }
  };

  /** Let these items finish in this order, each followed by a turn of the event loop. */
  async finish(...items: string[]): Promise<void> {
    for (const item of items) {
      this.#latch(item).open();
      await turn();
    }
  }

  async fail(item: string, error: unknown): Promise<void> {
    this.#latch(item).fail(error);
    await turn();
  }

  #latch(item: string): Latch {
    const found = this.#latches.get(item) ?? latch();
    this.#latches.set(item, found);
    return found;
  }
}

/** An input that records the items pulled so far, and whether it was closed. */
export class WatchedInput implements Iterable<string> {
  readonly pulled: string[] = [];
  closed = false;
  readonly #items: Iterable<string>;

  constructor(items: Iterable<string>) {
    this.#items = items;
  }

  *[Symbol.iterator](): Generator<string> {
    try {
      for (const item of this.#items) {
        this.pulled.push(item);
        yield item;
      }
    } finally {
      this.closed = true;
    }
  }
}

/** The items of `items`, each a turn of the event loop after the request for it. */
export async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await turn();
    yield item;
  }
}
