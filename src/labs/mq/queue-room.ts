import { limits } from "./limits.js";
import type { Publisher } from "./peers.js";

/** A queue, as far as its room is concerned. */
export interface RoomUser {
  readonly name: string;
  /** Messages, and the bytes that they take up. */
  readonly waiting: number;
  readonly size: number;
  /** Whether it can take a small message: there is room, or a worker. */
  readonly canTake: boolean;
}

/** The room of all queues together, and the publishers that wait for some. */
export class QueueRoom {
  /** Messages in all queues. */
  messages = 0;
  #bytes = 0;
  /** Queues that hold messages. */
  #names = 0;
  readonly #publishers = new Map<Publisher, RoomUser>();
  #scheduled = false;

  /** The number of publishers that are not read. */
  get awaiting(): number {
    return this.#publishers.size;
  }

  /** The queue that the first of them waits for. */
  get full(): string | undefined {
    const [queue] = this.#publishers.values();
    return queue?.name;
  }

  isAwaited(queue: RoomUser): boolean {
    return [...this.#publishers.values()].includes(queue);
  }

  hasRoomFor(bytes: number, { waiting, size }: Pick<RoomUser, "waiting" | "size">): boolean {
    if (waiting === 0 && this.#names >= limits.queueNames) return false;
    const fitsQueue = waiting < limits.queueMessages && size + bytes <= limits.queueBytes;
    return fitsQueue && this.#bytes + bytes <= limits.allQueues;
  }

  /** Resume `publisher` once there may be room. */
  await(queue: RoomUser, publisher: Publisher): void {
    this.#publishers.set(publisher, queue);
  }

  forget(publisher: Publisher): void {
    this.#publishers.delete(publisher);
  }

  /** The contents of a queue have changed by so much. */
  count(bytes: number, messages: number, names: number): void {
    this.#bytes += bytes;
    this.messages += messages;
    this.#names += names;
    if (messages < 0) this.retry();
  }

  /** Let publishers try again, at the end of the turn. */
  retry(): void {
    if (this.#publishers.size === 0 || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#resume());
  }

  /** First those that have waited longest. One without room waits again, behind the others. */
  #resume(): void {
    this.#scheduled = false;
    for (const [publisher, queue] of [...this.#publishers]) {
      if (!queue.canTake || !this.#publishers.has(publisher)) continue;
      this.#publishers.delete(publisher);
      publisher.resume();
    }
  }
}
