import type { Socket } from "node:net";
import type { Budget } from "./budget.js";
import { wholeFrames } from "./frame.js";
import { limits } from "./limits.js";

/** Whole frames for one or several subscribers. */
export interface Parcel {
  bytes: Buffer;
  messages: number;
  /** The number of outboxes that hold it. */
  holders: number;
}

/** Bytes that count for a parcel besides its data. */
const overhead = 128;

/** The messages on their way to one peer. A write is under way until the kernel has taken all of it; further ones wait. */
export class Outbox {
  /** Messages that the kernel has taken as a whole. */
  written = 0;
  readonly #socket: Socket;
  readonly #budget: Budget;
  readonly #onIdle: () => void;
  #underWay: Parcel[] = none;
  #waiting: Parcel[] = none;
  #waitingBytes = 0;
  #untakenBefore: number | undefined;
  #progressAt = 0;
  #isRefused = false; // the write under way reached nobody

  /** `onIdle` is called when the peer has taken everything, after it was behind. */
  constructor(socket: Socket, budget: Budget, onIdle: () => void) {
    this.#socket = socket;
    this.#budget = budget;
    this.#onIdle = onIdle;
  }

  /** Whether the peer has taken everything, as far as the kernel can tell. */
  get isIdle(): boolean {
    return this.#underWay === none;
  }

  /** Messages that the kernel has not taken. */
  get waiting(): number {
    return sum(this.#underWay) + sum(this.#waiting);
  }

  /** Bytes that the kernel has not taken. */
  get behind(): number {
    return this.#waitingBytes + (this.#untaken ?? 0);
  }

  /** Write a parcel while the outbox is idle. Returns true if the kernel has taken all of it, and it is no longer needed. */
  write(parcel: Parcel): boolean {
    this.#socket.write(parcel.bytes, this.#taken);
    if (this.#hasTakenAll()) {
      this.written += parcel.messages;
      return true;
    }
    this.#begin([parcel]);
    this.#hold(parcel);
    return false;
  }

  /** Let a parcel wait behind the write that is under way. Returns false if too much waits then. */
  enqueue(parcel: Parcel): boolean {
    if (this.#waiting === none) this.#waiting = [];
    this.#waiting.push(parcel);
    this.#waitingBytes += costOf(parcel);
    this.#hold(parcel);
    return this.behind <= limits.sendQueue;
  }

  /** Whether nothing of the write under way was taken for too long. Call it several times a second, with the time. */
  isStalled(now: number): boolean {
    if (this.isIdle) return false;
    const untaken = this.#untaken;
    if (untaken !== this.#untakenBefore) {
      this.#untakenBefore = untaken;
      this.#progressAt = now;
    }
    return now - this.#progressAt >= limits.stallMs;
  }

  /**
   * Give up everything that waits, before the socket is destroyed. Returns the number of messages that the kernel has not
   * taken as a whole, and the frames of the write under way. If the peer has gone in the middle of it, these are unknown,
   * and none.
   */
  abandon(): { messages: number; unwritten: Buffer } {
    const untaken = this.#isRefused ? Number.POSITIVE_INFINITY : this.#untaken;
    const frames = Buffer.concat(this.#underWay.map(({ bytes }) => bytes));
    const { end, frames: whole } = wholeFrames(frames, Math.max(0, frames.length - (untaken ?? frames.length)));
    const messages = this.waiting - whole;
    this.written += whole;
    for (const parcel of [...this.#underWay, ...this.#waiting]) this.#release(parcel);
    this.#underWay = none;
    this.#waiting = none;
    this.#waitingBytes = 0;
    return { messages, unwritten: untaken === undefined ? frames.subarray(frames.length) : frames.subarray(end) };
  }

  /** One function for all writes of the peer: Node then calls it once for several of them. */
  readonly #taken = (error?: Error | null): void => {
    if (error || this.isIdle || this.#socket.destroyed || this.#socket.writableLength > 0) return;
    this.#finish();
    while (this.#waiting.length > 0) {
      this.#begin(this.#nextParcels());
      this.#socket.cork();
      for (const { bytes } of this.#underWay) this.#socket.write(bytes, this.#taken);
      this.#socket.uncork();
      if (!this.#hasTakenAll()) return;
      this.#finish();
    }
    this.#onIdle();
  };

  /** Whether the kernel has taken the bytes of the last write. A peer that has gone leaves nothing to write, either. */
  #hasTakenAll(): boolean {
    const { destroyed, errored, writableLength } = this.#socket;
    this.#isRefused = destroyed || errored !== null;
    return writableLength === 0 && !this.#isRefused;
  }

  #begin(parcels: Parcel[]): void {
    this.#underWay = parcels;
    this.#untakenBefore = -1; // progress, for the next look
  }

  /** The kernel has taken everything under way. */
  #finish(): void {
    this.written += sum(this.#underWay);
    for (const parcel of this.#underWay) this.#release(parcel);
    this.#underWay = none;
  }

  #nextParcels(): Parcel[] {
    let [count, bytes] = [0, 0];
    for (const parcel of this.#waiting) {
      bytes += parcel.bytes.length;
      if (count > 0 && bytes > limits.catchUp) break;
      count++;
      this.#waitingBytes -= costOf(parcel);
    }
    return this.#waiting.splice(0, count);
  }

  #hold(parcel: Parcel): void {
    if (parcel.holders++ === 0) this.#budget.take(costOf(parcel));
  }

  #release(parcel: Parcel): void {
    if (--parcel.holders === 0) this.#budget.giveBack(costOf(parcel));
  }

  /** Bytes of the write under way that the kernel has not taken. Node's own setTimeout() goes by the same figure. */
  get #untaken(): number | undefined {
    const { _handle } = this.#socket as { _handle?: { writeQueueSize?: number } | null };
    return _handle?.writeQueueSize;
  }
}

const none: never[] = [];

function costOf({ bytes }: Parcel): number {
  return bytes.length + overhead;
}

function sum(parcels: readonly Parcel[]): number {
  return parcels.reduce((total, { messages }) => total + messages, 0);
}
