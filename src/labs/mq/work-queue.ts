import { Backlog } from "./backlog.js";
import { countFrames } from "./frame.js";
import type { Batch, Gatherer, Target } from "./gatherer.js";
import type { Parcel } from "./outbox.js";
import type { Channel, Counts, Publisher, Subscriber } from "./peers.js";
import type { QueueRoom } from "./queue-room.js";
import type { Run } from "./run.js";

interface QueueParts {
  room: QueueRoom;
  gatherer: Gatherer;
  counts: Counts;
}

/**
 * Gives each message to one worker, in turn. A worker whose last write the kernel has not taken is passed over. Without
 * any other, messages wait here; when there is no room either, their publisher does.
 */
export class WorkQueue implements Channel {
  /** For people. */
  readonly name: string;
  readonly #workers = new Map<Subscriber, Worker>();
  /** The workers that can take a message, and the next one of them. */
  readonly #ready: Worker[] = [];
  #next = 0;
  readonly #backlog: Backlog;
  readonly #room: QueueRoom;
  readonly #gatherer: Gatherer;
  readonly #counts: Counts;

  constructor(name: string, { room, gatherer, counts }: QueueParts) {
    this.name = name;
    this.#counts = counts;
    this.#room = room;
    this.#gatherer = gatherer;
    this.#backlog = new Backlog(room);
  }

  get isUnused(): boolean {
    return this.#workers.size === 0 && this.waiting === 0 && !this.#room.isAwaited(this);
  }

  get waiting(): number {
    return this.#backlog.messages;
  }

  get size(): number {
    return this.#backlog.size;
  }

  get canTake(): boolean {
    return (this.waiting === 0 && this.#ready.length > 0) || this.#room.hasRoomFor(0, this);
  }

  join(subscriber: Subscriber): void {
    const worker = new Worker(subscriber, this);
    this.#workers.set(subscriber, worker);
    this.#isReady(worker);
  }

  leave(subscriber: Subscriber, unwritten: Buffer): number {
    const worker = this.#workers.get(subscriber);
    if (worker === undefined) return 0;
    this.#workers.delete(subscriber);
    this.busy(worker);
    worker.leave();
    const messages = countFrames(unwritten);
    if (messages > 0) this.takeBack(unwritten, messages);
    return messages;
  }

  caughtUp(subscriber: Subscriber): void {
    const worker = this.#workers.get(subscriber);
    if (worker === undefined || this.#ready.includes(worker)) return;
    this.#isReady(worker);
  }

  publish(run: Run, bytes: Buffer, start: number, end: number, publisher: Publisher): boolean {
    const worker = this.waiting === 0 ? this.#nextWorker() : undefined;
    if (worker) run.add(worker, bytes, start, end);
    else if (this.#room.hasRoomFor(end - start, this)) this.#backlog.push(bytes, start, end);
    else {
      this.await(publisher);
      return false;
    }
    this.#counts.copies++;
    return true;
  }

  await(publisher: Publisher): void {
    this.#room.await(this, publisher);
  }

  /** The worker can take nothing more for now. */
  busy(worker: Worker): void {
    const at = this.#ready.indexOf(worker);
    if (at < 0) return;
    this.#ready.splice(at, 1);
    if (at < this.#next) this.#next--;
  }

  /** Frames that a worker did not take come back; others get them first. */
  takeBack(frames: Buffer, messages: number): void {
    this.#backlog.unshift(frames, messages);
    this.#handOut();
  }

  #isReady(worker: Worker): void {
    this.#ready.push(worker);
    this.#handOut();
    this.#room.retry(); // the worker can take a message for which there is no room
  }

  #handOut(): void {
    while (this.waiting > 0) {
      const worker = this.#nextWorker();
      if (worker === undefined) return;
      const together = this.#ready.length === 1;
      this.#backlog.shift((...frames) => this.#gatherer.add(worker, ...frames), together);
    }
  }

  #nextWorker(): Worker | undefined {
    if (this.#next >= this.#ready.length) this.#next = 0;
    return this.#ready[this.#next++];
  }
}

/** One subscriber of a queue. */
class Worker implements Target {
  batch: Batch | undefined;
  readonly #subscriber: Subscriber;
  readonly #queue: WorkQueue;
  #isHere = true;

  constructor(subscriber: Subscriber, queue: WorkQueue) {
    this.#subscriber = subscriber;
    this.#queue = queue;
  }

  deliver(bytes: Buffer, messages: number): boolean {
    const { outbox } = this.#subscriber;
    if (!this.#isHere || !outbox.isIdle) {
      this.#queue.busy(this);
      this.#queue.takeBack(bytes, messages); // copies them
      return true;
    }
    const parcel: Parcel = { bytes, messages, holders: 0 };
    if (outbox.write(parcel)) return true;
    this.#queue.busy(this);
    return false;
  }

  /** Messages gathered for it, or later ones, go back to the queue. */
  leave(): void {
    this.#isHere = false;
    this.batch?.deliver();
  }
}
