/** A queue that was given a name, as a trace shows it. */
export interface NamedQueue {
  readonly name: string;
  readonly size: number;
  readonly maxSize: number;
  readonly waiting: { getters: number; putters: number };
}

/** They do not keep a queue in memory. */
let refs: WeakRef<NamedQueue>[] = [];
let sweepAt = 64;

/** Remember a queue for namedQueues(). */
export function remember(queue: NamedQueue): void {
  if (refs.length >= sweepAt) {
    refs = refs.filter((ref) => ref.deref() !== undefined);
    sweepAt = Math.max(64, refs.length * 2);
  }
  refs.push(new WeakRef(queue));
}

/** The queues with a name that are still in use, in the order in which they were made. */
export function namedQueues(): NamedQueue[] {
  return refs.map((ref) => ref.deref()).filter((queue) => queue !== undefined);
}
