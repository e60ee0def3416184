import type { LinkChange, LinkEvent, SocketKind } from "./link-event.js";

const repeatMs = 1000;
const mostUnheard = 100; // events kept until somebody listens

/** Emits the changes of one socket as events, to one listener. */
export class LinkEmitter {
  readonly #via: SocketKind;
  readonly #address: () => string;
  #onEvent: ((event: LinkEvent) => void) | undefined;
  /** Events before the first call of listen(). */
  #unheard: LinkEvent[] = [];
  /** When each reason was emitted, on the clock of performance.now(). */
  readonly #emittedAt = new Map<string, number>();

  /** `address` is called for each event: the real port of a bound socket is known late. */
  constructor(via: SocketKind, address: () => string) {
    this.#via = via;
    this.#address = address;
  }

  /** Report events to `onEvent` from now on, not to an earlier listener. Events before the first call come at once. */
  listen(onEvent: (event: LinkEvent) => void): void {
    this.#onEvent = onEvent;
    for (const event of this.#unheard.splice(0)) onEvent(event);
  }

  emit({ type, ...more }: LinkChange): void {
    const event = { type, via: this.#via, address: this.#address(), ...more } as LinkEvent;
    if (this.#onEvent) this.#onEvent(event);
    else if (this.#unheard.length < mostUnheard) this.#unheard.push(event);
  }

  /** Emit a change unless its reason was emitted before. */
  emitOnce(change: LinkChange & { reason: string }): void {
    if (this.#emittedAt.has(change.reason)) return;
    this.#emittedAt.set(change.reason, performance.now());
    this.emit(change);
  }

  /** Let each reason be emitted again that is older than a second. */
  forgetReasons(): void {
    const now = performance.now();
    for (const [reason, at] of this.#emittedAt) if (now - at > repeatMs) this.#emittedAt.delete(reason);
  }
}
