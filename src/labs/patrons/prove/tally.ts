import type { CacheState } from "../patrons-service.js";
import type { History, Read } from "./history.js";

/** The longest time that a read may be stale, in milliseconds. */
export const windows = {
  /** While the instance listens, or knows that it does not: the way of an event. */
  listening: 100,
  /** After its listening connection died without a sign: until the echo is missed. */
  silent: 3000,
};

/** Reads that were judged by one window. */
export interface Judged {
  reads: number;
  /** Reads that missed an acknowledged write. */
  stale: number;
  /** Those that missed it for longer than the window. */
  beyond: number;
  longestMs: number;
}

/** Counts the reads of all clients, and judges each by the history of its patron. */
export class Tally {
  readonly listening: Judged = { reads: 0, stale: 0, beyond: 0, longestMs: 0 };
  readonly silent: Judged = { reads: 0, stale: 0, beyond: 0, longestMs: 0 };
  readonly cache: Record<CacheState, number> = { hit: 0, miss: 0, bypass: 0 };
  /** Reads of a number that nobody had written, or of no row where there must be one. */
  foreign = 0;
  /** Requests whose connection failed, or that got 503. */
  failed = 0;
  /** Replies that nobody should get, such as a 500. */
  faulty = 0;
  /** Writes that were acknowledged. */
  writes = 0;
  #silent: { instance: number; since: number } | undefined;

  /** The listening connection of this instance has died without a sign. */
  silence(instance: number): void {
    this.#silent = { instance, since: performance.now() };
  }

  /** A request has no result. `status` is that of its reply; undefined: there is none. */
  fail(status: number | undefined): void {
    this.failed++;
    if (status !== undefined && status !== 503) this.faulty++;
  }

  /** A read has ended. */
  count(read: Read, cache: CacheState, history: History): void {
    this.cache[cache]++;
    if (history.isUncertain) return;
    const { staleMs, isOwn, isForeign } = history.judge(read);
    if (isForeign) this.foreign++;
    const silent = this.#silent?.instance === read.instance ? read.beganAt - this.#silent.since : -1;
    const judged = silent < 0 ? this.listening : this.silent;
    const windowMs = silent >= 0 && silent <= windows.silent ? windows.silent : windows.listening;
    judged.reads++;
    if (staleMs === 0) return;
    judged.stale++;
    judged.longestMs = Math.max(judged.longestMs, staleMs);
    if (isOwn || staleMs > windowMs) judged.beyond++;
  }
}
