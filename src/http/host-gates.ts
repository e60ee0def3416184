import type { Abortable } from "../concurrency/cancellation.js";
import { Semaphore } from "../concurrency/semaphore.js";

/** At most `limit` at a time of the work for each host. A gate lives as long as somebody is in it or waits for it. */
export class HostGates {
  readonly #limit: number;
  readonly #gates = new Map<string, Semaphore>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Call `work` once there is room for it at `host`. Cancellation: ends the wait with `signal.reason`, not the work. */
  async use<T>(host: string, work: () => Promise<T>, opts: Abortable): Promise<T> {
    const gate = this.#gates.get(host) ?? new Semaphore(this.#limit);
    this.#gates.set(host, gate);
    try {
      return await gate.use(work, opts);
    } finally {
      if (gate.available === this.#limit && gate.waiting === 0) this.#gates.delete(host);
    }
  }
}
