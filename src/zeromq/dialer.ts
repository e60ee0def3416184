import type { Socket } from "zeromq";
import { Event, isCancelled, sleep } from "../concurrency/index.js";
import { lookUp } from "./addresses.js";
import type { Endpoint } from "./endpoint.js";

/** Milliseconds until the next try after a refused handshake. */
const refusedMs = 2000;
/** Milliseconds between the last address of a name and the next look-up. ZeroMQ goes on trying that address meanwhile. */
const roundMs = 1000;
/** Milliseconds until the next look whether unread messages have been received. */
const unreadMs = 100;

interface DialerOptions {
  /** Called each time the name has no known address. */
  onUnresolved(reason: string): void;
  /** Whether a disconnect would discard messages. */
  holdsMessages(): Promise<boolean>;
}

/**
 * Connects a socket: to the addresses of a name in turn, one at a time, and again after a refused handshake. ZeroMQ itself
 * only tries the first address of a name, and gives up after a refusal. The name is looked up again for each round.
 */
export class Dialer {
  readonly #socket: Socket;
  readonly #endpoint: Endpoint;
  readonly #options: DialerOptions;
  readonly #closing = new AbortController();
  /** Set while there is no connection, and the next address is due. */
  readonly #due = new Event();
  #refused = false;
  #current: string | undefined;
  #dialing: Promise<void> | undefined;

  constructor(socket: Socket, endpoint: Endpoint, options: DialerOptions) {
    this.#socket = socket;
    this.#endpoint = endpoint;
    this.#options = options;
  }

  /** Begin to connect. */
  dial(): void {
    const { signal } = this.#closing;
    this.#due.set();
    if (!this.#endpoint.name) this.#connect(this.#endpoint.address);
    this.#dialing = this.#dialInTurn(signal).catch((error) => {
      if (!isCancelled(error, signal)) throw error;
    });
  }

  /** A handshake has succeeded. */
  connected(): void {
    this.#due.clear();
    this.#refused = false;
  }

  /** ZeroMQ has failed to connect to `address`, or lost its connection, and tries again by itself. */
  retried(address: string): void {
    if (this.#endpoint.name && plain(address) === this.#current) this.#due.set();
  }

  /** A handshake was refused, and ZeroMQ has given up. */
  refused(): void {
    this.#refused = true;
    this.#due.set();
  }

  /** Make no more connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#dialing;
  }

  async #dialInTurn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const addresses = await lookUp(this.#endpoint, { signal, onUnresolved: this.#options.onUnresolved });
      for (const [i, address] of addresses.entries()) {
        this.#connect(address);
        await this.#failure(i + 1 < addresses.length ? 0 : roundMs, signal);
      }
    }
  }

  /** Connect to an address that is due, instead of the last one. */
  #connect(address: string): void {
    if (!this.#due.isSet) return; // the last one has connected during the look-up
    this.#due.clear();
    if (address === this.#current && !this.#refused) return; // ZeroMQ goes on trying it
    if (this.#current !== undefined) this.#disconnect(this.#current);
    this.#socket.connect(address);
    this.#current = address;
    this.#refused = false;
  }

  #disconnect(address: string): void {
    try {
      this.#socket.disconnect(address);
    } catch {
      // ZeroMQ has dropped the address already
    }
  }

  /** Wait until the next address is due. */
  async #failure(pauseMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#due.wait({ signal });
      await sleep(this.#refused ? refusedMs : pauseMs, { signal });
      const holdsMessages = await this.#options.holdsMessages();
      if (this.#due.isSet && !holdsMessages) return; // else it has connected meanwhile, or has messages to be read
      await sleep(unreadMs, { signal });
    }
  }
}

/** An IPv4 address without the form that an IPv6 socket gives it. */
function plain(address: string): string {
  return address.replace(/\[::ffff:([\d.]+)\]/, "$1");
}
