import type { Frames, Inlet } from "../../zeromq/inlet.js";
import type { LinkCounts } from "../../zeromq/link-event.js";
import { decode, type Payload } from "./payload.js";
import { Sequence, type SequenceReport } from "./sequence.js";

export type Via = "PULL" | "SUB";

export interface Message {
  via: Via;
  /** Mostly one; two if the topic has a frame of its own. */
  frames: Payload[];
  /** Position among this socket's messages, from 0. */
  seq: number;
  at: Date;
}

export interface SocketReport extends SequenceReport, LinkCounts {}

/** One socket of the poller, with the account of its messages. */
export class Listener {
  readonly via: Via;
  readonly inlet: Inlet;
  readonly sequence = new Sequence();

  constructor(via: Via, inlet: Inlet) {
    this.via = via;
    this.inlet = inlet;
  }

  get received(): number {
    return this.sequence.report.received;
  }

  get report(): SocketReport {
    return { ...this.sequence.report, ...this.inlet.monitor.counts };
  }

  /** Count a message. Of several frames, the last one is the payload. */
  count(frames: Frames): void {
    this.sequence.add(frames[frames.length - 1]);
  }

  /** The message that was counted last, as an event. */
  describe(frames: Frames): Message {
    return { via: this.via, frames: frames.map(decode), seq: this.received - 1, at: new Date() };
  }
}
