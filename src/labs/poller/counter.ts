import { Schedule } from "../../concurrency/index.js";
import { settledWithin } from "../../zeromq/settled-within.js";
import type { Finding } from "../lab.js";
import type { ServerSockets } from "./server-sockets.js";

/** How long pollers that are there already get to connect before the first integer. */
const joinMs = 1000;

export interface CounterOptions {
  /** From one integer to the next, in milliseconds; 0: as fast as it can. */
  intervalMs: number;
  /** How many integers; Infinity: until it is told to stop. */
  count: number;
  /** Pad each message with spaces, which JSON allows, to so many bytes. */
  size: number;
}

/** Sends 0, 1, 2, … to both sockets. */
export class Counter {
  /** The integer whose turn is next. */
  next = 0;
  readonly #sockets: ServerSockets;
  readonly #options: CounterOptions;
  readonly #schedule: Schedule;

  constructor(sockets: ServerSockets, options: CounterOptions) {
    this.#sockets = sockets;
    this.#options = options;
    this.#schedule = new Schedule(options.intervalMs);
  }

  /** Resolves after the last integer. Cancellation: rejects with `signal.reason`. */
  async run(signal: AbortSignal): Promise<void> {
    const { count, size } = this.#options;
    const { push, queue, pub } = this.#sockets;
    // A subscription takes a moment to arrive, and what is published before it reaches nobody: not even the first 0.
    await settledWithin(Promise.all([pub.subscribed, push.monitor.connected]), joinMs, { signal });
    this.#schedule.begin();
    while (this.next < count) {
      await this.#schedule.next(signal);
      const message = String(this.next).padEnd(size);
      await queue.put(message, signal); // first, for this one can be interrupted: each integer goes to both or neither
      await pub.send(message);
      this.next++;
    }
  }

  get findings(): Finding[] {
    const { intervalMs } = this.#options;
    const { lateMs, restarts } = this.#schedule;
    if (this.next < 2 || intervalMs === 0) return [];
    const held = restarts > 0 ? `; held up for more than a second, it began anew ${restarts} times` : "";
    return [
      {
        claim: `Intervals do not drift: integer n leaves ${intervalMs} ms × n after the first`,
        measured: `integer ${this.next - 1} left ${lateMs.toFixed(1)} ms after its time${held}`,
        holds: restarts === 0 && lateMs <= Math.max(intervalMs, 50),
      },
    ];
  }
}
