import { Queue, TimeoutError, timeout } from "../concurrency/index.js";
import type { LinkCounts } from "./link-event.js";
import type { Outlet } from "./outlet.js";
import { settledWithin } from "./settled-within.js";

/** Patience is counted in ticks of the event loop, so that a blocked loop is not held against the peer. */
const tickMs = 100;
const leastTicks = 10;
const mostTicks = 100;

/**
 * A bounded queue in front of a socket, so that the producer need not wait for slow or missing peers. When the queue is
 * full, put() waits as long as a peer takes messages; else it refuses the message.
 *
 * Its patience with a peer that takes none is a second, or three times the longest wait so far, at most ten seconds. So a
 * peer on a busy machine gets more time than one that has always been quick.
 */
export class SendQueue {
  readonly #outlet: Outlet;
  readonly #queue: Queue<string>;
  readonly #pumping: Promise<void>;
  #sent = 0;
  #refused = 0;
  #pumped = false;
  /** The longest time that a connected peer took for one message, in milliseconds. */
  #longestWaitMs = 0;
  /** The value of #sent when a put() last waited in vain. Until it changes, no other put() waits. */
  #stalledAt = -1;

  constructor(outlet: Outlet, { maxSize }: { maxSize: number }) {
    this.#outlet = outlet;
    this.#queue = new Queue({ maxSize });
    this.#pumping = this.#pump();
  }

  /** Messages that ZeroMQ has accepted for a peer. */
  get sent(): number {
    return this.#sent;
  }

  /** Messages that wait for a peer. */
  get waiting(): number {
    return this.#queue.unfinished;
  }

  /** Messages that found the queue full and no peer taking any. */
  get refused(): number {
    return this.#refused;
  }

  /** Add a message, or count it as refused. Cancellation: rejects with `signal.reason` without adding the message. */
  async put(message: string, signal: AbortSignal): Promise<void> {
    if (!this.#queue.full) this.#queue.putNowait(message);
    else if (!(await this.#waitForRoom(message, signal))) this.#refused++;
  }

  /**
   * Accept no more messages, and wait until all are sent or a connected peer has taken none for ten seconds. Without a peer,
   * wait a second. After an abort of `signal`, wait as long as the patience lasts, at most `maxMs` milliseconds, and not at
   * all without a peer. Resolves with whether all were sent.
   */
  async drain({ signal, maxMs }: { signal: AbortSignal; maxMs: number }): Promise<boolean> {
    this.#queue.shutdown();
    let leftMs = maxMs;
    for (let idle = 0, before = this.#sent; !this.#pumped && leftMs > 0; idle++) {
      if (idle >= this.#drainTicks(signal.aborted)) break;
      if (signal.aborted) leftMs -= tickMs;
      await settledWithin(this.#pumping, tickMs);
      if (this.#sent !== before) idle = 0;
      before = this.#sent;
    }
    return this.#pumped;
  }

  /** Close the socket as Outlet.close() does. Waiting messages are not sent. Idempotent. */
  async close(opts?: { lingerMs?: number | undefined }): Promise<void> {
    this.#queue.shutdown();
    await this.#outlet.close(opts);
    await this.#pumping;
  }

  /** Ticks without progress that a connected peer is granted. */
  get #patience(): number {
    return Math.min(Math.max(leastTicks, Math.ceil((3 * this.#longestWaitMs) / tickMs)), mostTicks);
  }

  #drainTicks(isAborted: boolean): number {
    if (this.#outlet.monitor.peers === 0) return isAborted ? 0 : leastTicks;
    return isAborted ? this.#patience : mostTicks;
  }

  async #waitForRoom(message: string, signal: AbortSignal): Promise<boolean> {
    if (this.#outlet.monitor.peers === 0 || this.#stalledAt === this.#sent) return false;
    for (let idle = 0; idle < this.#patience; idle++) {
      try {
        await timeout(tickMs, (own) => this.#queue.put(message, { signal: own }), { signal });
        return true;
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
    }
    this.#stalledAt = this.#sent;
    return false;
  }

  async #pump(): Promise<void> {
    try {
      for await (const message of this.#queue) {
        const [start, before] = [performance.now(), { ...this.#outlet.monitor.counts }];
        await this.#outlet.send(message);
        this.#noteWait(start, before);
        this.#sent++;
        this.#queue.taskDone();
      }
    } catch (error) {
      if (!this.#outlet.closed) throw error; // else close() has interrupted a pending send; its message stays unsent
    } finally {
      this.#pumped = true;
    }
  }

  /** Note the wait for a connected peer. A wait for the next peer does not count. */
  #noteWait(start: number, { connects, disconnects }: LinkCounts): void {
    if (connects === disconnects || this.#outlet.monitor.counts.disconnects !== disconnects) return;
    this.#longestWaitMs = Math.max(this.#longestWaitMs, performance.now() - start);
  }
}
