import { Schedule } from "../../concurrency/index.js";
import { counted } from "../../text/counted.js";
import { settledWithin } from "../../zeromq/settled-within.js";
import type { Finding } from "../lab.js";
import type { ServerSockets } from "./server-sockets.js";

/** Milliseconds that running pollers get to connect before the first integer. */
const joinMs = 1000;

export interface CounterOptions {
  /** Milliseconds between two integers; 0: as fast as possible. */
  intervalMs: number;
  /** Number of integers; Infinity: until an abort. */
  count: number;
  /** Bytes of a message; shorter ones are padded with spaces, which JSON allows. */
  size: number;
}

/** Sends 0, 1, 2, … to a PUSH and a PUB socket. */
export class Counter {
  /** The next integer, and so the number of integers sent. */
  next = 0;
  readonly #sockets: ServerSockets;
  readonly #options: CounterOptions;
  readonly #schedule: Schedule;

  constructor(sockets: ServerSockets, options: CounterOptions) {
    this.#sockets = sockets;
    this.#options = options;
    this.#schedule = new Schedule(options.intervalMs);
  }

  /** Send `count` integers. Cancellation: rejects with `signal.reason`. */
  async run(signal: AbortSignal): Promise<void> {
    const { count, size } = this.#options;
    const { push, queue, pub } = this.#sockets;
    // A subscription arrives a moment after the connection; a 0 that is published earlier reaches nobody.
    await settledWithin(Promise.all([pub.subscribed, push.monitor.connected]), joinMs, { signal });
    this.#schedule.begin();
    while (this.next < count) {
      await this.#schedule.next(signal);
      const message = String(this.next).padEnd(size);
      await queue.put(message, signal); // first: it can be interrupted, and an integer goes to both or neither
      await pub.send(message);
      this.next++;
    }
  }

  get findings(): Finding[] {
    const { intervalMs } = this.#options;
    const { lateMs, restarts } = this.#schedule;
    if (this.next < 2 || intervalMs === 0) return [];
    const held = restarts > 0 ? `; held up for more than a second, it began anew ${counted(restarts, "time")}` : "";
    return [
      {
        claim: `Intervals do not drift: integer n leaves ${intervalMs} ms × n after the first`,
        measured: `integer ${this.next - 1} left ${lateMs.toFixed(1)} ms after its time${held}`,
        holds: restarts === 0 && lateMs <= Math.max(intervalMs, 50),
      },
    ];
  }
}
