import type { TurningClock } from "../../net/turning-clock.js";
import type { Budget } from "./budget.js";
import type { Channels } from "./channels.js";
import type { CutReason } from "./cut-reason.js";
import type { Counts } from "./peers.js";
import type { Run } from "./run.js";

/** The parts that all connections of a broker share. */
export interface BrokerParts {
  readonly channels: Channels;
  readonly run: Run;
  /** Bytes of begun frames, those of publishers that are not read, and bytes that wait for subscribers. */
  readonly halfFrames: Budget;
  readonly pausedFrames: Budget;
  readonly sendMemory: Budget;
  readonly counts: Counts;
  /** The time, without turns of the event loop that took long. */
  readonly clock: TurningClock;
  /** A connection is over: by itself, or because it was cut. `dropped` of its messages are lost. */
  onLeave(connection: Leaving, dropped: number): void;
  onCut(connection: Leaving, reason: CutReason, dropped: number): void;
}

export interface Leaving {
  readonly peer: string;
  readonly channelName: Buffer;
}
