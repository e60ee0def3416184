import { type Release, Semaphore } from "../../concurrency/index.js";
import { FetchError } from "./fetch-error.js";
import type { Deadline } from "./request.js";

export interface HostSlotsOptions {
  /** Requests at a time to each host. */
  perHost: number;
  /** Requests at a time to all hosts together. */
  inAll: number;
  /** The end of the whole run, on the clock of performance.now() (default: never). */
  endAt?: number | undefined;
}

/**
 * Slots for at most `perHost` requests at a time to each host, and `inAll` in all. Requests get their slots in the
 * order they ask. A request that waits for a host holds no other slot, so redirects between hosts cannot deadlock.
 */
export class HostSlots {
  readonly endAt: number;
  readonly #perHost: number;
  readonly #all: Semaphore;
  /** By host, while a slot there is taken or awaited. */
  readonly #hosts = new Map<string, Semaphore>();

  constructor({ perHost, inAll, endAt = Number.POSITIVE_INFINITY }: HostSlotsOptions) {
    this.endAt = endAt;
    this.#perHost = perHost;
    this.#all = new Semaphore(inAll);
  }

  /**
   * Call `work` with a slot at `host`, as soon as one is free. The slot is released when `work` settles.
   * Cancellation: ends the wait and rejects with `signal.reason`. A `work` that has started goes on.
   */
  async use<T>(host: string, work: (slot: Slot) => Promise<T>, signal: AbortSignal): Promise<T> {
    const slot = new Slot(this, signal);
    try {
      await slot.acquire(host);
      return await work(slot);
    } finally {
      slot.release();
    }
  }

  /** Wait for one of the slots at `host`, and return its release. */
  async acquireAt(host: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const slots = this.#hosts.get(host) ?? new Semaphore(this.#perHost);
    this.#hosts.set(host, slots);
    const release = await slots.acquire({ signal });
    return () => {
      release();
      if (slots.available === this.#perHost && slots.waiting === 0) this.#hosts.delete(host);
    };
  }

  /** Wait for one of the slots of all hosts together. */
  acquireInAll(signal: AbortSignal): Promise<Release> {
    return this.#all.acquire({ signal });
  }
}

/** The slot of one request: one of a host and one of all. */
export class Slot {
  /** Time spent waiting for slots at other hosts, in milliseconds. */
  waitedMs = 0;
  readonly #slots: HostSlots;
  readonly #signal: AbortSignal;
  #host: string | undefined;
  #releaseHost: (() => void) | undefined;
  #releaseAll: Release | undefined;

  constructor(slots: HostSlots, signal: AbortSignal) {
    this.#slots = slots;
    this.#signal = signal;
  }

  /** Wait for the host first: a request that waits for it must not occupy one of all. */
  async acquire(host: string): Promise<void> {
    this.#releaseHost = await this.#slots.acquireAt(host, this.#signal);
    this.#releaseAll = await this.#slots.acquireInAll(this.#signal);
    this.#host = host;
  }

  /** Idempotent. */
  release(): void {
    this.#releaseAll?.();
    this.#releaseHost?.();
    this.#releaseAll = this.#releaseHost = this.#host = undefined;
  }

  /**
   * Exchange the slot for one at `host`, unless it is there already. The wait does not count as time of the request: it
   * moves `deadline` back, but never beyond the end of the run. Rejects with a FetchError of class `timeout` if the
   * deadline has passed by then. Cancellation: rejects with `signal.reason`.
   */
  async moveTo(host: string, deadline: Deadline): Promise<void> {
    if (host === this.#host) return;
    this.release();
    const since = performance.now();
    await this.acquire(host);
    const now = performance.now();
    this.waitedMs += now - since;
    deadline.at = Math.min(deadline.at + now - since, this.#slots.endAt);
    if (now >= deadline.at) throw new FetchError("timeout", `no slot at ${host} before the end of the run`);
  }
}
