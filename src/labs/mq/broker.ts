import type { Socket } from "node:net";
import { TurningClock } from "../../net/turning-clock.js";
import { Budget } from "./budget.js";
import { Channels } from "./channels.js";
import { Connection } from "./connection.js";
import type { CutReason } from "./cut-reason.js";
import { Gatherer } from "./gatherer.js";
import { limits } from "./limits.js";
import { nameText } from "./name-text.js";
import type { BrokerParts } from "./parts.js";
import { Run } from "./run.js";

export interface Cut {
  reason: CutReason;
  /** The channel that the connection had subscribed to; empty if none. */
  channel: string;
  /** Messages that were waiting for it. Those of a queue wait on, for others. */
  dropped: number;
  /** Its address. */
  peer: string;
}

export interface BrokerCounts {
  /** Connections and channels now. */
  connections: number;
  channels: number;
  /** Messages that were read, and copies that were written to subscribers. */
  in: number;
  out: number;
  /** Copies that a subscriber did not take before its end. */
  dropped: number;
  /** Connections that were cut. */
  cut: number;
  /** Messages in queues, and copies for subscribers that are behind. */
  waiting: number;
  /** Publishers that are not read, since a queue is full. */
  paused: number;
}

export interface Copies {
  /** Handed to a subscriber of a topic, or taken by a queue. */
  published: number;
  /** Taken by the socket of a subscriber; lost with one; waiting for one, or in a queue. */
  written: number;
  dropped: number;
  waiting: number;
}

export interface BrokerOptions {
  /** Bytes of all begun frames, and of all copies that wait for subscribers. Tests choose less. */
  memory?: { halfFrames?: number; pausedFrames?: number; sendQueues?: number };
}

/** Connections, channels, and the messages between them. It knows no server: accept() gets the sockets. */
export class Broker {
  readonly #connections = new Set<Connection>();
  readonly #gatherer = new Gatherer();
  readonly #parts: BrokerParts;
  readonly #onCut: (cut: Cut) => void;
  /** Of connections that are over. */
  readonly #past = { written: 0, dropped: 0 };
  readonly cuts = new Map<CutReason, number>();

  constructor(onCut: (cut: Cut) => void, { memory }: BrokerOptions = {}) {
    const gatherer = this.#gatherer;
    const counts = { in: 0, copies: 0 };
    this.#onCut = onCut;
    this.#parts = {
      channels: new Channels(gatherer, counts),
      run: new Run(gatherer),
      halfFrames: new Budget(memory?.halfFrames ?? limits.allHalfFrames),
      sendMemory: new Budget(memory?.sendQueues ?? limits.allSendQueues, () => this.#relieve()),
      pausedFrames: new Budget(memory?.pausedFrames ?? limits.allPausedFrames),
      counts,
      clock: new TurningClock(2 * limits.lookMs),
      onLeave: (connection, dropped) => this.#left(connection as Connection, dropped),
      onCut: ({ channelName, peer }, reason, dropped) => {
        this.cuts.set(reason, (this.cuts.get(reason) ?? 0) + 1);
        this.#onCut({ reason, channel: nameText(channelName), dropped, peer });
      },
    };
  }

  accept(socket: Socket): void {
    this.#connections.add(new Connection(socket, this.#parts));
  }

  /** Cut those that take too long. Call it several times a second, when what has arrived is read. */
  look(): void {
    const now = this.#parts.clock.tick();
    for (const connection of this.#connections) connection.look(now);
    this.#parts.channels.room.retry(); // there may be memory again
  }

  get counts(): BrokerCounts {
    const { channels, counts } = this.#parts;
    const { written, waiting } = this.copies;
    return {
      connections: this.#connections.size,
      channels: channels.size,
      in: counts.in,
      out: written,
      dropped: this.#past.dropped,
      cut: [...this.cuts.values()].reduce((sum, count) => sum + count, 0),
      waiting,
      paused: channels.room.awaiting,
    };
  }

  /** The account of all copies, counted apart: published = written + dropped + waiting. */
  get copies(): Copies {
    const { channels, counts } = this.#parts;
    const sum = { published: counts.copies, ...this.#past, waiting: channels.room.messages };
    for (const { outbox } of this.#connections) {
      sum.written += outbox.written;
      sum.waiting += outbox.waiting;
    }
    return sum;
  }

  /** Connections that have subscribed. */
  get subscriptions(): number {
    return [...this.#connections].filter(({ channelName }) => channelName.length > 0).length;
  }

  /** A queue that is full, if a publisher waits for it. */
  get full(): string | undefined {
    return this.#parts.channels.room.full;
  }

  /** Read no more messages. What is queued is still written. */
  stopReading(): void {
    for (const connection of this.#connections) connection.stopReading();
  }

  /** Whether all that subscribers can get is written. */
  get isIdle(): boolean {
    return this.#gatherer.isEmpty && [...this.#connections].every(({ outbox }) => outbox.isIdle);
  }

  /** Say goodbye to everyone; destroy() then closes what is still open. */
  end(): void {
    for (const connection of this.#connections) connection.end();
  }

  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Cut those that are furthest behind, until the copies that wait for all have room. */
  #relieve(): void {
    const behind = [...this.#connections].filter(({ outbox }) => !outbox.isIdle);
    behind.sort((a, b) => b.outbox.behind - a.outbox.behind);
    for (const connection of behind) {
      if (!this.#parts.sendMemory.isExceeded) return;
      connection.cut("memory");
    }
  }

  #left(connection: Connection, dropped: number): void {
    const { channels } = this.#parts;
    this.#connections.delete(connection);
    this.#past.written += connection.outbox.written;
    this.#past.dropped += dropped;
    channels.tidy(connection.channelName);
  }
}
