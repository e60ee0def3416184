import type { CutReason } from "./cut-reason.js";
import type { Outbox } from "./outbox.js";
import type { Run } from "./run.js";

/** A connection, for the channel that it has subscribed to. */
export interface Subscriber {
  readonly outbox: Outbox;
  cut(reason: CutReason): void;
}

/** A connection, for the channel that it sends to. */
export interface Publisher {
  /** Take the message again that a channel had no room for, and read on. */
  resume(): void;
}

export interface Channel {
  /** Whether nothing would be lost without it. */
  readonly isUnused: boolean;
  join(subscriber: Subscriber): void;
  /** `unwritten` are frames that it was given and has not taken. Returns how many of them the channel keeps. */
  leave(subscriber: Subscriber, unwritten: Buffer): number;
  /** The subscriber was behind, and has taken everything. */
  caughtUp(subscriber: Subscriber): void;
  /** Take a frame, `bytes` from `start` to `end`. False without room for it: then the publisher is resumed later. */
  publish(run: Run, bytes: Buffer, start: number, end: number, publisher: Publisher): boolean;
  /** Whether it can take a small message now. */
  readonly canTake: boolean;
  /** Resume the publisher once it may go on. Without it, publishers never wait for the channel. */
  await?(publisher: Publisher): void;
}

/** `in`: messages that were read. `copies`: those handed to a subscriber of a topic, and messages that a queue took. */
export interface Counts {
  in: number;
  copies: number;
}
