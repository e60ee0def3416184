import { randomUUID } from "node:crypto";
import { type Abortable, onAbort } from "../../concurrency/index.js";
import { echoPayload } from "./change.js";

/** Messages of an instance to itself: sent to the channel over one connection, and expected on another. */
export class Echo {
  readonly #send: (payload: string, options: Abortable) => Promise<void>;
  /** Whether the last one has left: the server has taken it. */
  wasSent = false;
  #token = "";
  #heard = () => {};

  constructor(send: (payload: string, options: Abortable) => Promise<void>) {
    this.#send = send;
  }

  /** An echo has come, perhaps that of another instance. */
  hear(token: string): void {
    if (token === this.#token) this.#heard();
  }

  /** Send one, and wait until it has come. Rejects if it cannot be sent. Cancellation: rejects with `signal.reason`. */
  async roundTrip(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#token = randomUUID();
    this.wasSent = false;
    let forget = () => {};
    const heard = new Promise<void>((resolve, reject) => {
      this.#heard = resolve;
      forget = onAbort(signal, () => reject(signal.reason));
    });
    try {
      await Promise.all([heard, this.#sendOne(signal)]);
    } finally {
      forget();
    }
  }

  async #sendOne(signal: AbortSignal): Promise<void> {
    await this.#send(echoPayload(this.#token), { signal });
    this.wasSent = true;
  }
}
