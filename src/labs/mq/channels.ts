import type { Gatherer } from "./gatherer.js";
import { queuePrefix } from "./limits.js";
import { nameText } from "./name-text.js";
import type { Channel, Counts } from "./peers.js";
import { QueueRoom } from "./queue-room.js";
import { Topic } from "./topic.js";
import { WorkQueue } from "./work-queue.js";

/** All channels, by the bytes of their names. */
export class Channels {
  readonly room = new QueueRoom();
  /** Changes whenever a channel comes or goes: an earlier find() is valid until then. */
  version = 0;
  readonly #gatherer: Gatherer;
  readonly #counts: Counts;
  readonly #byName = new Map<string, Channel>();

  constructor(gatherer: Gatherer, counts: Counts) {
    this.#gatherer = gatherer;
    this.#counts = counts;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** The channel to send to. A queue comes into being with its first message. A topic without subscribers is undefined. */
  find(name: Buffer): Channel | undefined {
    const key = name.toString("latin1");
    return this.#byName.get(key) ?? (key.startsWith(queuePrefix) ? this.#add(key, name) : undefined);
  }

  /** The channel to subscribe to. */
  open(name: Buffer): Channel {
    const key = name.toString("latin1");
    return this.#byName.get(key) ?? this.#add(key, name);
  }

  /** Forget the channel if nobody needs it any more. */
  tidy(name: Buffer): void {
    const key = name.toString("latin1");
    if (!this.#byName.get(key)?.isUnused) return;
    this.#byName.delete(key);
    this.version++;
  }

  #add(key: string, name: Buffer): Channel {
    const parts = { room: this.room, gatherer: this.#gatherer, counts: this.#counts };
    const channel = key.startsWith(queuePrefix) ? new WorkQueue(nameText(name), parts) : new Topic(this.#counts);
    this.#byName.set(key, channel);
    this.version++;
    return channel;
  }
}

/** The way from one connection to the channel that it sends to. The last one is remembered. */
export class Route {
  readonly #channels: Channels;
  #name: Buffer = Buffer.alloc(0);
  #channel: Channel | undefined;
  #version = -1;

  constructor(channels: Channels) {
    this.#channels = channels;
  }

  /** The channel, undefined for a topic without subscribers. */
  get channel(): Channel | undefined {
    if (this.#version !== this.#channels.version) {
      this.#channel = this.#channels.find(this.#name);
      this.#version = this.#channels.version;
    }
    return this.#channel;
  }

  /** Lead to the channel with the name in `bytes` from `start` to `end`. */
  lead(bytes: Buffer, start: number, end: number): void {
    if (isSame(this.#name, bytes, start, end)) return;
    this.close();
    this.#name = Buffer.from(bytes.subarray(start, end));
    this.#version = -1;
  }

  /** Forget the channel if nobody else needs it. */
  close(): void {
    this.#channels.tidy(this.#name);
  }
}

function isSame(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== name[at - start]) return false;
  return true;
}
