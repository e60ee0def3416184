import type { Event, Observer, Socket } from "zeromq";
import { settledWithin } from "./settled-within.js";

const farewellMs = 1000;
const noPeer = "it does not speak ZeroMQ, or is another kind of socket (are the addresses swapped?)";

/** What happened on a socket so far. */
export interface LinkCounts {
  /** Peers whose handshake succeeded. */
  connects: number;
  /** Of these, how many went away, or were found dead. */
  disconnects: number;
  /** Handshakes that failed: a key that is not listed, the wrong key, no key, or no ZeroMQ at all. */
  refused: number;
}

export type LinkEvent =
  /** `again`: it is not the first time. */
  | { type: "connected"; again: boolean }
  | { type: "disconnected" }
  /** Told once for each reason until a peer connects, and not again within a second. */
  | { type: "refused"; reason: string };

/** Counts the peers that come, go and are refused, which ZeroMQ itself passes over in silence. */
export class Monitor {
  readonly counts: LinkCounts = { connects: 0, disconnects: 0, refused: 0 };
  /** Whoever wants to hear of it as it happens. */
  onEvent: (event: LinkEvent) => void = () => {};
  /** Resolves when the first peer has connected, or the socket is closed. */
  readonly connected: Promise<void>;
  #resolveConnected = () => {};
  readonly #events: Observer;
  readonly #watching: Promise<void>;
  readonly #gaveUp: () => void;
  /** When, on the clock of performance.now(). */
  readonly #told = new Map<string, number>();
  /** Connections that have not shaken hands yet. */
  #greeting = 0;
  /** Failed handshakes whose `disconnect` is still to come: that one is no peer's. */
  #failing = 0;
  /** Disconnects taken for those of connections that had not shaken hands. */
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

  /** How many peers are connected now. */
  get peers(): number {
    return this.counts.connects - this.counts.disconnects;
  }

  /** Count nothing any more: what is to come is of our own making. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Call it once the socket is closed, not before: libzmq would wait for ever to tell a closed observer of the end. Of
   * a few hundred ends on a busy machine one is never told, and a receive that waits for it would keep the process alive.
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
      // the observer is closed: there is nothing more to hear
    }
  }

  #handle(event: Event | undefined): void {
    if (this.#stopped || event === undefined) return;
    if (event.type === "accept" || event.type === "connect") this.#greeting++;
    else if (event.type === "handshake") this.#connected();
    else if (event.type.startsWith("handshake:error")) this.#refused(explain(event));
    else if (event.type === "disconnect") this.#disconnected();
  }

  #connected(): void {
    if (this.#greeting > 0) this.#greeting--;
    else this.#takeBackGuess();
    this.counts.connects++;
    this.#resolveConnected();
    for (const [reason, at] of this.#told) if (performance.now() - at > 1000) this.#told.delete(reason);
    this.#unexplained = 0;
    this.onEvent({ type: "connected", again: this.counts.connects > 1 });
  }

  #refused(refusal: Refusal): void {
    if (this.#greeting > 0) this.#greeting--;
    else this.#takeBackGuess();
    this.#failing++;
    this.counts.refused++;
    this.#tell(refusal);
  }

  /** A connection shakes hands, or fails to, that was thought to be gone: the disconnect was that of a peer. */
  #takeBackGuess(): void {
    if (this.#guesses === 0 || this.peers === 0) return;
    this.#guesses--;
    this.counts.refused--;
    this.counts.disconnects++;
  }

  /** ZeroMQ does not say whose it is. What speaks no ZeroMQ at all is cut off without an error. */
  #disconnected(): void {
    if (this.#failing === 0 && this.#greeting > 0) {
      this.#guesses++;
      this.#refused({ reason: noPeer, final: true });
    }
    if (this.#failing > 0) this.#failing--;
    else {
      this.counts.disconnects++;
      this.onEvent({ type: "disconnected" });
    }
  }

  /** A connection that just breaks in the handshake says why in one of the next tries, if ever: wait for that. */
  #tell({ reason, final }: Refusal): void {
    if (final) this.#gaveUp();
    if ((!final && ++this.#unexplained < 3) || this.#told.has(reason)) return;
    this.#told.set(reason, performance.now());
    this.onEvent({ type: "refused", reason });
  }
}

/** An observer is named after its place in memory, which may be that of one whose name libzmq has not yet let go of. */
function observe(socket: Socket): Observer {
  for (let tries = 1; ; tries++) {
    try {
      return socket.events;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || tries === 10) throw error;
    }
  }
}

interface Refusal {
  reason: string;
  /** A connecting socket will never try again by itself. */
  final: boolean;
}

function explain(event: Event): Refusal {
  if (event.type === "handshake:error:auth") return { reason: "the client's key is not listed", final: true };
  if (event.type !== "handshake:error:protocol")
    return { reason: "the connection broke in the handshake (another server key, or no ZeroMQ)", final: false };
  const { code } = event.error;
  if (code === "ERR_ZMTP_MECHANISM_MISMATCH") return { reason: "only one side uses CURVE", final: true };
  if (code === "ERR_ZMTP_CRYPTOGRAPHIC") return { reason: "the client has another server's key", final: true };
  return { reason: `no valid ZeroMQ handshake (${code})`, final: true };
}
