/** A write of one patron. Its number rises with each write of that patron, and is in the row: a reader sees its age. */
export interface Write {
  number: number;
  /** Of the instance that was asked. */
  instance: number;
  /** When the client got the answer. Undefined: not yet, or it was a failure. */
  acknowledgedAt?: number;
}

/** A read of one patron. */
export interface Read {
  number: number;
  instance: number;
  beganAt: number;
}

/** The part of a read that the history judges. */
export interface Judgement {
  /** How long the first newer write had been acknowledged when the read began, in milliseconds. 0: the read is right. */
  staleMs: number;
  /** The same instance had acknowledged a newer write. */
  isOwn: boolean;
  /** The number is that of no write that had begun. */
  isForeign: boolean;
}

/**
 * The writes of one patron, in their order. Only one is under way at a time, so the newest acknowledged one is the row in
 * the database, or the one under way is. A read is stale if a newer write was acknowledged before the read began.
 */
export class History {
  readonly id: string;
  readonly #writes: Write[] = [];
  /** A write has failed, and may take effect at any time: reads that end from now on cannot be judged. */
  isUncertain = false;
  /** The write that deletes it, which is the last one. */
  deletion: Write | undefined;

  constructor(id: string, created: Write) {
    this.id = id;
    this.#writes.push(created);
  }

  /** The number of the write to come. */
  get next(): number {
    return (this.#writes.at(-1)?.number ?? 0) + 1;
  }

  /** The newest write that was acknowledged. */
  get acknowledged(): Write | undefined {
    return this.#writes.findLast(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  }

  begin(instance: number): Write {
    const write = { number: this.next, instance };
    this.#writes.push(write);
    return write;
  }

  judge({ number, instance, beganAt }: Read): Judgement {
    const missed = this.#writes.filter((write) => write.number > number && isBefore(write, beganAt));
    return {
      staleMs: missed[0] ? beganAt - (missed[0].acknowledgedAt ?? beganAt) : 0,
      isOwn: missed.some((write) => write.instance === instance),
      isForeign: number >= this.next || number < 1,
    };
  }
}

function isBefore({ acknowledgedAt }: Write, time: number): boolean {
  return acknowledgedAt !== undefined && acknowledgedAt < time;
}
