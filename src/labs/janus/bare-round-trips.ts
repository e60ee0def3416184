import { MessageChannel, type MessagePort } from "node:worker_threads";

/** The worker's end of a pair without a queue: it posts a message, and sleeps until the loop rings the bell. */
export interface Bounce {
  port: MessagePort;
  bell: Int32Array;
}

/** The loop's end: it rings at each message. Close it in the end, for it keeps the process alive. */
export function openBounce(): { bounce: Bounce; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  port1.on("message", () => {
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  });
  return { bounce: { port: port2, bell }, close: () => port1.close() };
}

const slices = 8;
const sliceMs = 25;

/**
 * Bare round trips in the worker, in eight slices of 25 ms between its items. So the machine is as busy for them as it is
 * for the items.
 */
export class BareRoundTrips {
  rounds = 0;
  ms = 0;
  /** The rate of the items in the quickest time between two slices. */
  bestItemsPerSecond = 0;
  readonly #bounce: Bounce;
  readonly #itemsASlice: number;
  #items = 0;
  #sliceEndedAt = performance.now();

  /** `count`: the number of items between which to measure. */
  constructor(bounce: Bounce, count: number) {
    this.#bounce = bounce;
    this.#itemsASlice = Math.ceil(count / slices);
  }

  get result(): Pick<BareRoundTrips, "rounds" | "ms" | "bestItemsPerSecond"> {
    return { rounds: this.rounds, ms: this.ms, bestItemsPerSecond: this.bestItemsPerSecond };
  }

  /** Call it after each item. */
  afterItem(): void {
    if (++this.#items % this.#itemsASlice === 0) this.#measure();
  }

  #measure(): void {
    const { port, bell } = this.#bounce;
    const start = performance.now();
    const itemsPerSecond = (this.#itemsASlice / (start - this.#sliceEndedAt)) * 1000;
    this.bestItemsPerSecond = Math.max(this.bestItemsPerSecond, itemsPerSecond);
    let now = start;
    for (; now - start < sliceMs; now = performance.now()) {
      Atomics.store(bell, 0, 0);
      port.postMessage(this.rounds++);
      Atomics.wait(bell, 0, 0);
    }
    this.ms += now - start;
    this.#sliceEndedAt = now;
  }
}
