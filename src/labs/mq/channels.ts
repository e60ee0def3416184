import type { Gatherer } from "./gatherer.js";
import { nameText } from "./name-text.js";
import type { Channel } from "./peers.js";
import { QueueRoom } from "./queue-room.js";
import { Topic } from "./topic.js";
import { WorkQueue } from "./work-queue.js";

const queuePrefix = "/queue";

/** All channels, by the bytes of their names. */
export class Channels {
  readonly room = new QueueRoom();
  /** Changes whenever a channel comes or goes: an earlier find() is valid until then. */
  version = 0;
  readonly #gatherer: Gatherer;
  readonly #byName = new Map<string, Channel>();

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
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
    const isQueue = key.startsWith(queuePrefix);
    const channel = isQueue ? new WorkQueue(nameText(name), this.room, this.#gatherer) : new Topic();
    this.#byName.set(key, channel);
    this.version++;
    return channel;
  }
}
