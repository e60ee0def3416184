import { Queue, TimeoutError, timeout } from "../concurrency/index.js";
import type { Outlet } from "./outlet.js";
import { settledWithin } from "./settled-within.js";

const tickMs = 100;
const idleTicks = 10; // ticks, not time: if we are held up ourselves, that is not the peer's doing

/**
 * A bounded queue in front of a socket whose peers may be slow or missing, so that whoever makes the messages need not
 * wait for them. Full, it makes put() wait while a peer takes messages at all, and else refuses what comes.
 */
export class SendQueue {
  readonly #outlet: Outlet;
  readonly #queue: Queue<string>;
  readonly #pumping: Promise<void>;
  #sent = 0;
  #refused = 0;
  #pumped = false;
  /** What `sent` was when a put() waited in vain; as long as it stays there, no other waits. */
  #stalledAt = -1;

  constructor(outlet: Outlet, { maxSize }: { maxSize: number }) {
    this.#outlet = outlet;
    this.#queue = new Queue({ maxSize });
    this.#pumping = this.#pump();
  }

  /** Messages that ZeroMQ has taken for a peer. */
  get sent(): number {
    return this.#sent;
  }

  /** Messages that wait for a peer. */
  get waiting(): number {
    return this.#queue.unfinished;
  }

  /** Messages that found the queue full and nobody taking any. */
  get refused(): number {
    return this.#refused;
  }

  /** Add a message, or count it as refused. Cancellation: rejects with `signal.reason`, the message not added. */
  async put(message: string, signal: AbortSignal): Promise<void> {
    if (!this.#queue.full) this.#queue.putNowait(message);
    else if (!(await this.#waitForRoom(message, signal))) this.#refused++;
  }

  /**
   * Add no more, and let the peers have what waits as long as they take any: until all is sent, or nothing moved for a
   * second. Once `signal` has aborted, for `maxMs` at most, and not at all if there is no peer. Resolves with whether
   * all was sent.
   */
  async drain({ signal, maxMs }: { signal: AbortSignal; maxMs: number }): Promise<boolean> {
    this.#queue.shutdown();
    let leftMs = maxMs;
    for (let idle = 0, before = this.#sent; !this.#pumped && idle < idleTicks && leftMs > 0; idle++) {
      if (signal.aborted && this.#outlet.monitor.peers === 0) break;
      if (signal.aborted) leftMs -= tickMs;
      await settledWithin(this.#pumping, tickMs);
      if (this.#sent !== before) idle = 0;
      before = this.#sent;
    }
    return this.#pumped;
  }

  /** Close the socket, see Outlet.close(); what still waits is left over. Idempotent. */
  async close(opts?: { lingerMs?: number | undefined }): Promise<void> {
    this.#queue.shutdown();
    await this.#outlet.close(opts);
    await this.#pumping;
  }

  async #waitForRoom(message: string, signal: AbortSignal): Promise<boolean> {
    if (this.#outlet.monitor.peers === 0 || this.#stalledAt === this.#sent) return false;
    for (let idle = 0; idle < idleTicks; idle++) {
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
        await this.#outlet.send(message);
        this.#sent++;
        this.#queue.taskDone();
      }
    } catch (error) {
      if (!this.#outlet.closed) throw error; // else the close cut a waiting send short: that message is left over
    } finally {
      this.#pumped = true;
    }
  }
}
