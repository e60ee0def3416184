import type { Socket } from "node:net";
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

export interface BrokerOptions {
  /** Bytes of all begun frames, and of all copies that wait for subscribers. Tests choose less. */
  memory?: { halfFrames: number; sendQueues: number };
  /** For tests: leave dropped copies out of the account. It does not add up then. */
  forgetsDropped?: boolean;
}

/** Connections, channels, and the messages between them. It knows no server: accept() gets the sockets. */
export class Broker {
  readonly #connections = new Set<Connection>();
  readonly #gatherer = new Gatherer();
  readonly #parts: BrokerParts;
  readonly #onCut: (cut: Cut) => void;
  /** Of connections that are over. */
  readonly #past = { published: 0, written: 0, dropped: 0 };
  readonly cuts = new Map<CutReason, number>();

  constructor(onCut: (cut: Cut) => void, { memory, forgetsDropped = false }: BrokerOptions = {}) {
    const gatherer = this.#gatherer;
    this.#onCut = onCut;
    this.#parts = {
      channels: new Channels(gatherer),
      run: new Run(gatherer),
      halfFrames: new Budget(memory?.halfFrames ?? limits.allHalfFrames),
      sendMemory: new Budget(memory?.sendQueues ?? limits.allSendQueues, () => this.#relieve()),
      counts: { in: 0 },
      onLeave: (connection, dropped) => this.#left(connection as Connection, forgetsDropped ? 0 : dropped),
      onCut: ({ channelName, peer }, reason, dropped) => {
        this.cuts.set(reason, (this.cuts.get(reason) ?? 0) + 1);
        this.#onCut({ reason, channel: nameText(channelName), dropped, peer });
      },
    };
  }

  accept(socket: Socket): void {
    this.#connections.add(new Connection(socket, this.#parts));
  }

  /** Cut those that take too long. Call it several times a second. */
  look(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.look(now);
  }

  get counts(): BrokerCounts {
    const { channels, counts } = this.#parts;
    const { written, waiting } = this.copies;
    const { messages, awaiting } = channels.room;
    return {
      connections: this.#connections.size,
      channels: channels.size,
      in: counts.in,
      out: written,
      dropped: this.#past.dropped,
      cut: [...this.cuts.values()].reduce((sum, count) => sum + count, 0),
      waiting: waiting + messages,
      paused: awaiting,
    };
  }

  /** The account of all copies: published = written + dropped + waiting. */
  get copies(): { published: number; written: number; dropped: number; waiting: number } {
    const sum = { ...this.#past, waiting: 0 };
    for (const { outbox } of this.#connections) {
      sum.published += outbox.published;
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
    this.#past.published += connection.outbox.published;
    this.#past.written += connection.outbox.written;
    this.#past.dropped += dropped;
    channels.room.forget(connection);
    channels.tidy(connection.channelName);
    channels.tidy(connection.targetName);
  }
}
