import { type Abortable, BridgeQueue, Event } from "../../concurrency/index.js";

/** A BridgeQueue that tells when a call had to wait: the worker is blocked from then on. */
export class WatchedBridge<T> extends BridgeQueue<T> {
  readonly blocked = new Event();

  override put(item: T, opts?: Abortable): Promise<void> {
    if (this.full && !this.closed) this.blocked.set();
    return super.put(item, opts);
  }

  override get(opts?: Abortable): Promise<T> {
    if (this.size === 0 && !this.closed) this.blocked.set();
    return super.get(opts);
  }
}
