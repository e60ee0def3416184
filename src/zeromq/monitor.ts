import type { Event, Observer, Socket } from "zeromq";
import { sleep } from "../concurrency/index.js";
import { LinkEmitter } from "./link-emitter.js";
import type { LinkCounts, LinkEvent, SocketKind } from "./link-event.js";
import { explainRefusal, noZeromq, type Refusal } from "./refusal.js";
import { settledWithin } from "./settled-within.js";

const farewellMs = 1000;
const waitingMs = 1000;
const unexplainedTries = 3;

/** Connects a socket again where ZeroMQ does not. */
interface Dialing {
  connected(): void;
  refused(): void;
  retried(address: string): void;
}

interface MonitorOptions {
  via: SocketKind;
  /** The address that the socket connects to. Default: none; it is bound. */
  connectTo?: string | undefined;
}

/** Counts the peers that come, go and are refused. ZeroMQ itself reports none of this to the user of a socket. */
export class Monitor {
  readonly counts: LinkCounts = { connects: 0, disconnects: 0, refused: 0 };
  /** Resolves when the first peer has connected, or when the socket is closed. */
  readonly connected: Promise<void>;
  #resolveConnected = () => {};
  readonly #events: Observer;
  readonly #watching: Promise<void>;
  readonly #emitter: LinkEmitter;
  readonly #dialer: Dialing | undefined;
  /** Connections whose handshake is still open. */
  #greeting = 0;
  /** Failed handshakes whose `disconnect` event is still to come. That event does not belong to a peer. */
  #failing = 0;
  /** `disconnect` events that were attributed to a connection without a handshake. */
  #guesses = 0;
  #stopped = false;
  #isUnresolved = false;
  #unexplained = 0;

  constructor(socket: Socket, { via, connectTo }: MonitorOptions, dialer?: Dialing) {
    this.#emitter = new LinkEmitter(via, () => connectTo ?? socket.lastEndpoint ?? "");
    this.#dialer = dialer;
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

  /** Report events to `onEvent` from now on, not to an earlier listener. Events before the first call come at once. */
  listen(onEvent: (event: LinkEvent) => void): void {
    this.#emitter.listen(onEvent);
  }

  /**
   * Listen, and report `waiting` if no peer has connected after a second, unless the name is unresolved. Resolves after
   * that second; the events go on. Cancellation: rejects with `signal.reason`.
   */
  async follow(onEvent: (event: LinkEvent) => void, signal: AbortSignal): Promise<void> {
    this.listen(onEvent);
    await sleep(waitingMs, { signal });
    await sleep(0, { signal }); // after a blocked event loop, a handshake that has succeeded is reported first
    if (this.counts.connects === 0 && !this.#isUnresolved) this.#emitter.emit({ type: "waiting" });
  }

  /** Report that the name of the server has no known address. */
  unresolved(reason: string): void {
    this.#isUnresolved = true;
    this.#emitter.emitOnce({ type: "unresolved", reason });
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
    else if (event.type === "connect:retry") this.#dialer?.retried(event.address);
  }

  #connected(): void {
    if (this.#greeting > 0) this.#greeting--;
    else this.#takeBackGuess();
    this.counts.connects++;
    this.#resolveConnected();
    this.#emitter.forgetReasons();
    this.#unexplained = 0;
    this.#dialer?.connected();
    this.#emitter.emit({ type: "connected", again: this.counts.connects > 1, peers: this.peers });
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
      this.#emitter.emit({ type: "disconnected", peers: this.peers });
    }
  }

  /** A connection that breaks in the handshake often gives its reason in one of the next tries. Wait for three. */
  #report({ reason, final }: Refusal): void {
    if (final) this.#dialer?.refused();
    if (!final && ++this.#unexplained < unexplainedTries) return;
    this.#emitter.emitOnce({ type: "refused", reason });
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
