import type { HistoryReply } from "../page-protocol.js";

const seconds = 15 * 60;
/** Of what was last seen before a connection was lost, some may not have come whole. */
const overlapSeconds = 5;
const retryMs = 2000;

/** What the page has not seen: a quarter of an hour at first, later what it missed; asked for until the server says it. */
export class Past {
  readonly #take: (reply: HistoryReply) => void;
  #whole = false;
  #timer = 0;

  constructor(take: (reply: HistoryReply) => void) {
    this.#take = take;
  }

  /** The page has seen everything up to `seen`, if it ever had all there was, and it is `now`, both in server time. */
  refill(seen: number, now: number): void {
    clearTimeout(this.#timer);
    const since = Math.max(0, now - seconds, this.#whole ? seen - overlapSeconds : 0);
    this.#whole = false;
    void this.#ask(since);
  }

  /** What the page had is worth nothing any more. */
  clear(): void {
    this.#whole = false;
  }

  /** A server that is busy, or gone for a moment, is asked again; of one that is lost the feed tells, and then of its return. */
  async #ask(since: number): Promise<void> {
    try {
      const reply = await fetch(`/api/series?since=${since.toFixed(0)}`);
      if (!reply.ok) throw new Error(`${reply.status}`);
      this.#take((await reply.json()) as HistoryReply);
      this.#whole = true;
    } catch {
      this.#timer = setTimeout(() => void this.#ask(since), retryMs);
    }
  }
}
