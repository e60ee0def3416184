import type { Event, Observer, Socket } from "zeromq";
import { sleep } from "../concurrency/index.js";
import { explainRefusal, noZeromq, type Refusal } from "./refusal.js";
import { settledWithin } from "./settled-within.js";

const farewellMs = 1000;
const waitingMs = 1000;
const repeatMs = 1000;
const unexplainedTries = 3;

/** The connections of a socket so far. */
export interface LinkCounts {
  /** Peers whose handshake succeeded. */
  connects: number;
  /** Of these, peers that went away or were found dead. */
  disconnects: number;
  /** Failed handshakes: an unlisted key, a wrong key, no key, or no ZeroMQ at all. */
  refused: number;
}

export type LinkEvent =
  /** No peer has connected within a second. Only from follow(). */
  | { type: "waiting" }
  /** `again` is false for the first peer. */
  | { type: "connected"; again: boolean }
  | { type: "disconnected" }
  /** Each reason comes once until a peer connects, and at most once a second. */
  | { type: "refused"; reason: string };

/** Counts the peers that come, go and are refused. ZeroMQ itself reports none of this to the user of a socket. */
export class Monitor {
  readonly counts: LinkCounts = { connects: 0, disconnects: 0, refused: 0 };
  /** Called for each event. */
  onEvent: (event: LinkEvent) => void = () => {};
  /** Resolves when the first peer has connected, or when the socket is closed. */
  readonly connected: Promise<void>;
  #resolveConnected = () => {};
  readonly #events: Observer;
  readonly #watching: Promise<void>;
  readonly #gaveUp: () => void;
  /** When each reason of a refusal was reported, on the clock of performance.now(). */
  readonly #reported = new Map<string, number>();
  /** Connections whose handshake is still open. */
  #greeting = 0;
  /** Failed handshakes whose `disconnect` event is still to come. That event does not belong to a peer. */
  #failing = 0;
  /** `disconnect` events that were attributed to a connection without a handshake. */
  #guesses = 0;
  #stopped = false;
  #unexplained = 0;

  /** `gaveUp` is called each time ZeroMQ stops trying to connect for good. */
  constructor(socket: Socket, gaveUp: () => void = () => {}) {
    this.#gaveUp = gaveUp;
    this.connected = new Promise((resolve) => {
      this.#resolveConnected = resolve;
    });
    this.#events = observe(socket);
    this.#watching = this.#watch();
  }

  /** Peers that are connected now. */
  get peers(): number {
    return this.counts.connects - this.counts.disconnects;
  }

  /**
   * Report events to `onEvent` from now on, and `waiting` if no peer has connected after a second. Resolves after that
   * second; the events go on. Cancellation: rejects with `signal.reason`.
   */
  async follow(onEvent: (event: LinkEvent) => void, signal: AbortSignal): Promise<void> {
    this.onEvent = onEvent;
    await sleep(waitingMs, { signal });
    if (this.counts.connects === 0) onEvent({ type: "waiting" });
  }

  /** Ignore all further events. Call it before the socket is closed: the events that follow are our own doing. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Wait for the end of the events. Call it after the socket is closed: libzmq waits for ever to report the end to an
   * observer that was closed first. On a busy machine, libzmq does not report one end in a few hundred. So the wait is
   * limited to a second; a receive without an end would keep the process alive.
   */
  async close(): Promise<void> {
    this.#resolveConnected();
    await settledWithin(this.#watching, farewellMs);
    this.#events.close();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    try {
      while (!this.#events.closed) this.#handle(await this.#events.receive());
    } catch {
      // the observer is closed: no more events come
    }
  }

  #handle(event: Event | undefined): void {
    if (this.#stopped || event === undefined) return;
    if (event.type === "accept" || event.type === "connect") this.#greeting++;
    else if (event.type === "handshake") this.#connected();
    else if (event.type.startsWith("handshake:error")) this.#refused(explainRefusal(event));
    else if (event.type === "disconnect") this.#disconnected();
  }

  #connected(): void {
    if (this.#greeting > 0) this.#greeting--;
    else this.#takeBackGuess();
    this.counts.connects++;
    this.#resolveConnected();
    for (const [reason, at] of this.#reported) if (performance.now() - at > repeatMs) this.#reported.delete(reason);
    this.#unexplained = 0;
    this.onEvent({ type: "connected", again: this.counts.connects > 1 });
  }

  #refused(refusal: Refusal): void {
    if (this.#greeting > 0) this.#greeting--;
    else this.#takeBackGuess();
    this.#failing++;
    this.counts.refused++;
    this.#report(refusal);
  }

  /** A handshake event without an open connection proves a guess wrong: that `disconnect` was a peer's. */
  #takeBackGuess(): void {
    if (this.#guesses === 0 || this.peers === 0) return;
    this.#guesses--;
    this.counts.refused--;
    this.counts.disconnects++;
  }

  /** ZeroMQ does not say which connection ended. A stranger that speaks no ZeroMQ is cut off without an error event. */
  #disconnected(): void {
    if (this.#failing === 0 && this.#greeting > 0) {
      this.#guesses++;
      this.#refused(noZeromq);
    }
    if (this.#failing > 0) this.#failing--;
    else {
      this.counts.disconnects++;
      this.onEvent({ type: "disconnected" });
    }
  }

  /** A connection that breaks in the handshake often gives its reason in one of the next tries. Wait for three. */
  #report({ reason, final }: Refusal): void {
    if (final) this.#gaveUp();
    if ((!final && ++this.#unexplained < unexplainedTries) || this.#reported.has(reason)) return;
    this.#reported.set(reason, performance.now());
    this.onEvent({ type: "refused", reason });
  }
}

/** Retries on EADDRINUSE: an observer is named after its address in memory, and libzmq may still hold that name. */
function observe(socket: Socket): Observer {
  for (let tries = 1; ; tries++) {
    try {
      return socket.events;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || tries === 10) throw error;
    }
  }
}
