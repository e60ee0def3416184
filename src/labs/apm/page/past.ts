import type { HistoryReply } from "./protocol.js";

const seconds = 15 * 60;
/** Seconds before a lost connection that are asked for again, since they may be incomplete. */
const overlapSeconds = 5;
const retryMs = 2000;

/** Asks for missing history until the server answers: at first 15 minutes, later the time without a connection. */
export class Past {
  readonly #take: (reply: HistoryReply) => boolean;
  #whole = false;
  #timer = 0;

  /** `take` returns whether it took the reply. */
  constructor(take: (reply: HistoryReply) => boolean) {
    this.#take = take;
  }

  /**
   * Ask for the samples between `seen` and `now`, both in server time; for all 15 minutes until a reply was complete.
   */
  refill(seen: number, now: number): void {
    clearTimeout(this.#timer);
    const since = Math.max(0, now - seconds, this.#whole ? seen - overlapSeconds : 0);
    this.#whole = false;
    void this.#ask(since);
  }

  /** Forget that the history was complete. */
  clear(): void {
    this.#whole = false;
  }

  /** Ask, and ask again after an error. A lost server is noticed by the feed, which also notices its return. */
  async #ask(since: number): Promise<void> {
    try {
      const reply = await fetch(`api/series?since=${since.toFixed(0)}`);
      if (!reply.ok) throw new Error(`${reply.status}`);
      this.#whole = this.#take((await reply.json()) as HistoryReply);
    } catch {
      this.#timer = setTimeout(() => void this.#ask(since), retryMs);
    }
  }
}
