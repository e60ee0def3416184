/** How tests force an order of events: by gates that they open by hand, and by full turns of the event loop; never by sleeping. */

/** A promise that the test settles. */
export interface Gate<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function gate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open, fail };
}

/** Let everything happen that needs no further event: afterwards, what still waits really waits. */
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

/** A mapper that maps "a" to "A", but not before the test says so. It does not stop for its signal: tests see who waits for whom. */
export class GatedMapper {
  readonly started: string[] = [];
  readonly indexes: number[] = [];
  readonly signals: AbortSignal[] = [];
  running = 0;
  readonly #gates = new Map<string, Gate>();

  readonly map = async (item: string, index: number, signal: AbortSignal): Promise<string> => {
    this.started.push(item);
    this.indexes.push(index);
    this.signals.push(signal);
    this.running++;
    try {
      await this.#gate(item).passed;
      return item.toUpperCase();
    } finally {
      this.running--;
    }
  };

  /** Let these items finish, in this order, and all that follows from it happen. */
  async finish(...items: string[]): Promise<void> {
    for (const item of items) {
      this.#gate(item).open();
      await turn();
    }
  }

  async fail(item: string, error: unknown): Promise<void> {
    this.#gate(item).fail(error);
    await turn();
  }

  #gate(item: string): Gate {
    const found = this.#gates.get(item) ?? gate();
    this.#gates.set(item, found);
    return found;
  }
}

/** An input that shows what was pulled from it so far, and whether it was told that no more is wanted. */
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

/** The items of `items`, each a while after it was asked for. */
export async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await turn();
    yield item;
  }
}
