import { compact } from "./backlog.js";
import type { Batch, Target } from "./gatherer.js";
import type { Parcel } from "./outbox.js";
import type { Channel, Counts, Subscriber } from "./peers.js";
import type { Run } from "./run.js";

/** Copies each message to all subscribers of that moment. Nobody is waited for. */
export class Topic implements Channel, Target {
  batch: Batch | undefined;
  readonly canTake = true;
  readonly #counts: Counts;
  readonly #subscribers = new Set<Subscriber>();

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  get isUnused(): boolean {
    return this.#subscribers.size === 0;
  }

  join(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  leave(subscriber: Subscriber): number {
    this.#subscribers.delete(subscriber);
    return 0;
  }

  caughtUp(): void {}

  /** Messages for no subscriber are forgotten. Always takes the frame. */
  publish(run: Run, bytes: Buffer, start: number, end: number): boolean {
    run.add(this, bytes, start, end);
    return true;
  }

  deliver(bytes: Buffer, messages: number): boolean {
    const parcel: Parcel = { bytes, messages, holders: 0 };
    let forLater: Parcel | undefined; // one for all subscribers that are behind
    for (const subscriber of this.#subscribers) {
      const { outbox } = subscriber;
      this.#counts.copies += messages;
      if (outbox.isIdle) outbox.write(parcel);
      else {
        forLater ??= { bytes: compact(bytes), messages, holders: 0 };
        if (!outbox.enqueue(forLater)) subscriber.cut("backlog");
      }
    }
    return parcel.holders === 0 && forLater?.bytes !== bytes;
  }
}
