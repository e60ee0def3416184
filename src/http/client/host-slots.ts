import { type Release, Semaphore } from "../../concurrency/index.js";
import { FetchError } from "./fetch-error.js";
import type { Deadline } from "./request.js";

export interface HostGatesOptions {
  /** Requests at a time to each host. */
  perHost: number;
  /** Of them all together. */
  inAll: number;
  /** When the whole run has to be done, on the clock of performance.now() (default: never). */
  endAt?: number | undefined;
}

/**
 * At most `perHost` requests at a time to each host, and `inAll` to all of them. Whoever waits for a host holds nothing that
 * another might wait for, and whoever is at one waits for no other: each gets its turn, wherever redirects lead.
 */
export class HostGates {
  readonly endAt: number;
  readonly #perHost: number;
  readonly #all: Semaphore;
  /** One lives as long as somebody is in it or waits for it. */
  readonly #gates = new Map<string, Semaphore>();

  constructor({ perHost, inAll, endAt = Number.POSITIVE_INFINITY }: HostGatesOptions) {
    this.endAt = endAt;
    this.#perHost = perHost;
    this.#all = new Semaphore(inAll);
  }

  /** Call `work` once there is a place for it at `host`. Cancellation: ends the wait with `signal.reason`, not the work. */
  async use<T>(host: string, work: (place: Place) => Promise<T>, signal: AbortSignal): Promise<T> {
    const place = new Place(this, signal);
    try {
      await place.enter(host);
      return await work(place);
    } finally {
      place.leave();
    }
  }

  /** Wait to be let in at `host`. */
  async atHost(host: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const gate = this.#gates.get(host) ?? new Semaphore(this.#perHost);
    this.#gates.set(host, gate);
    const release = await gate.acquire({ signal });
    return () => {
      release();
      if (gate.available === this.#perHost && gate.waiting === 0) this.#gates.delete(host);
    };
  }

  /** Wait to be let in among all. */
  amongAll(signal: AbortSignal): Promise<Release> {
    return this.#all.acquire({ signal });
  }
}

/** Where one request is: at a host, and one of all. */
export class Place {
  /** How long it waited on its way from one host to another, in milliseconds. */
  waitedMs = 0;
  readonly #gates: HostGates;
  readonly #signal: AbortSignal;
  #host: string | undefined;
  #leaveHost: (() => void) | undefined;
  #leaveAll: Release | undefined;

  constructor(gates: HostGates, signal: AbortSignal) {
    this.#gates = gates;
    this.#signal = signal;
  }

  async enter(host: string): Promise<void> {
    this.#leaveHost = await this.#gates.atHost(host, this.#signal);
    this.#leaveAll = await this.#gates.amongAll(this.#signal);
    this.#host = host;
  }

  /** Give up what it has. */
  leave(): void {
    this.#leaveAll?.();
    this.#leaveHost?.();
    this.#leaveAll = this.#leaveHost = this.#host = undefined;
  }

  /**
   * Go on at `host`, once there is a place if it is another one. The wait for it is no time of the request: it puts off the
   * deadline, up to the end of the run. Rejects with FetchError if that has come; cancellation: with `signal.reason`.
   */
  async moveTo(host: string, deadline: Deadline): Promise<void> {
    if (host === this.#host) return;
    this.leave();
    const since = performance.now();
    await this.enter(host);
    const now = performance.now();
    this.waitedMs += now - since;
    deadline.at = Math.min(deadline.at + now - since, this.#gates.endAt);
    if (now >= deadline.at) throw new FetchError("timeout", `no place at ${host} before the end of the run`);
  }
}
