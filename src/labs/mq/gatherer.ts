import { limits } from "./limits.js";

/** Where messages go: the subscribers of a topic, or one worker of a queue. */
export interface Target {
  /** The messages gathered for it, if any. Kept here by the gatherer. */
  batch: Batch | undefined;
  /** Deliver whole frames. Returns true if `bytes` may be overwritten now, because nobody needs them any more. */
  deliver(bytes: Buffer, messages: number): boolean;
}

/**
 * Gathers the messages of one turn of the event loop, so that they leave in one write for each subscriber. A page that is
 * full is delivered at once. Pages are used again as long as the kernel takes their bytes at once.
 */
export class Gatherer {
  readonly #batches: Batch[] = [];
  readonly #pages: Buffer[] = [];

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Add frames, `bytes` from `start` to `end`, to those for `target`. */
  add(target: Target, bytes: Buffer, start: number, end: number, messages: number): void {
    target.batch ??= this.#open(target);
    target.batch.add(bytes, start, end, messages);
  }

  /** Deliver all that has been gathered. */
  flush(): void {
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) batch.close();
  }

  #open(target: Target): Batch {
    if (this.#batches.length === 0) setImmediate(() => this.flush());
    if (this.#batches.length >= limits.gathering) this.flush();
    const batch = new Batch(target, this.#pages);
    this.#batches.push(batch);
    return batch;
  }
}

/** Messages for one target, in order. */
export class Batch {
  readonly #target: Target;
  readonly #pages: Buffer[];
  #page: Buffer | undefined;
  #length = 0;
  #messages = 0;

  /** `pages` are free ones. */
  constructor(target: Target, pages: Buffer[]) {
    this.#target = target;
    this.#pages = pages;
  }

  add(bytes: Buffer, start: number, end: number, messages: number): void {
    const size = end - start;
    if (this.#length + size > limits.pageSize || size >= limits.direct) this.deliver();
    if (size >= limits.direct) {
      this.#target.deliver(bytes.subarray(start, end), messages);
      return;
    }
    this.#page ??= this.#pages.pop() ?? Buffer.allocUnsafeSlow(limits.pageSize);
    bytes.copy(this.#page, this.#length, start, end);
    this.#length += size;
    this.#messages += messages;
  }

  deliver(): void {
    if (this.#page === undefined || this.#messages === 0) return;
    const [page, length, messages] = [this.#page, this.#length, this.#messages];
    this.#page = undefined; // a delivery may cut a peer, whose messages come here
    this.#length = 0;
    this.#messages = 0;
    if (!this.#target.deliver(page.subarray(0, length), messages)) return;
    if (this.#page) this.#pages.push(page);
    else this.#page = page;
  }

  /** Deliver the rest and give the page back. Later messages for the target make a new batch. */
  close(): void {
    this.#target.batch = undefined;
    this.deliver();
    if (this.#page) this.#pages.push(this.#page);
  }
}
