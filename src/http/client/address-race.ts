import type { LookupAddress } from "node:dns";
import type { Socket } from "node:net";

/** A socket that is being opened. */
export interface Opening {
  /** Give up. The callback is not called. */
  destroy(): void;
}

type Callback = (...result: [error: Error, socket: null] | [error: null, socket: Socket]) => void;

/** Open a socket to one address. */
export type Dial = (address: string, callback: Callback) => Opening;

const headStartMs = 250; // as RFC 8305 recommends
const mostAtOnce = 8; // addresses

/**
 * Open a socket to the first of several addresses that connects (Happy Eyeballs, RFC 8305). The next address is tried after
 * 250 ms, or once one has failed, without giving up the others: a good one may take a second. Both families take turns. The
 * losers are closed. If all fail, the callback gets the first error. At most 8 addresses are tried at a time.
 */
export class AddressRace implements Opening {
  readonly #waiting: string[];
  readonly #dial: Dial;
  readonly #callback: Callback;
  readonly #running = new Set<Opening>();
  #error: Error | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(addresses: readonly LookupAddress[], dial: Dial, callback: Callback) {
    this.#waiting = inTurns(addresses);
    this.#dial = dial;
    this.#callback = callback;
    this.#tryNext();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    for (const each of this.#running) each.destroy();
    this.#running.clear();
  }

  #tryNext(): void {
    clearTimeout(this.#timer);
    const address = this.#running.size < mostAtOnce ? this.#waiting.shift() : undefined;
    if (address === undefined) return;
    const dialled = this.#dial(address, (error, socket) => {
      this.#running.delete(dialled);
      if (error) this.#failed(error);
      else this.#won(socket);
    });
    this.#running.add(dialled);
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#tryNext(), headStartMs);
  }

  #failed(error: Error): void {
    this.#error ??= error;
    if (this.#waiting.length > 0) this.#tryNext();
    else if (this.#running.size === 0) this.#callback(this.#error, null);
  }

  #won(socket: Socket): void {
    this.destroy();
    this.#callback(null, socket);
  }
}

/** The addresses in their order, but the first of each family before the second of any. */
function inTurns(addresses: readonly LookupAddress[]): string[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const longest = Math.max(first.length, second.length);
  return Array.from({ length: longest }, (_, at) => [first[at], second[at]])
    .flat()
    .flatMap((each) => each?.address ?? []);
}
