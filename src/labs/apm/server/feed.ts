import type { IncomingMessage, ServerResponse } from "node:http";
import { gather, onAbort, sleep } from "../../../concurrency/index.js";
import { serverTime } from "./clock.js";
import type { Counters } from "./counters.js";
import { FeedClient } from "./feed-client.js";
import { limits } from "./limits.js";
import type { Series } from "./series.js";
import type { SeriesTable } from "./series-table.js";

/**
 * The live feed, as server-sent events. A new client gets the server's time and collecting address (`hello`) and the last sample of each series
 * (`snapshot`); then each unnamed event is one sample. At most ten writes a second, each one buffer for all clients with the latest sample
 * of each series that has a new one.
 */
export class Feed {
  readonly #series: SeriesTable;
  readonly #counters: Counters;
  readonly #collect: string;
  readonly #clients = new Set<FeedClient>();
  readonly #changed = new Set<Series>();
  #wake = () => {};
  #snapshot: Buffer | undefined;
  #closed = false;

  /** `collect`: where apps connect, for those who look at an empty page. */
  constructor(series: SeriesTable, counters: Counters, collect: string) {
    this.#series = series;
    this.#counters = counters;
    this.#collect = collect;
  }

  /** How many listen. */
  get clients(): number {
    return this.#clients.size;
  }

  /** A series has a new sample: it goes out with the next write. */
  changed(series: Series): void {
    this.#changed.add(series);
    this.#snapshot = undefined;
    this.#wake();
  }

  /** Series have left. */
  seriesLeft(): void {
    this.#snapshot = undefined;
  }

  /** Answer `GET /feed`. */
  open(request: IncomingMessage, response: ServerResponse): void {
    if (this.#clients.size >= limits.maxFeeds) {
      this.#counters.feedRefused++;
      response.writeHead(503, { "retry-after": "5" }).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const client = new FeedClient(response, this.#counters, () => client.write(this.#lastSamples()));
    this.#clients.add(client);
    response.once("close", () => this.#clients.delete(client));
    client.write(Buffer.from(`retry: ${retryMs()}\n${event("hello", { now: serverTime(), collect: this.#collect })}`));
    client.write(this.#lastSamples());
  }

  /** Write what is new, a comment now and then that shows a proxy that we live, and let go of clients whose time has come. */
  async run(signal: AbortSignal): Promise<void> {
    await gather([(own) => this.#writeChanges(own), (own) => this.#writeComments(own), (own) => this.#tidy(own)], {
      signal,
    });
  }

  /** The last word to every client. */
  close(): void {
    this.#closed = true;
    for (const client of this.#clients) client.end(event("bye", {}));
  }

  async #writeChanges(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#changed.size === 0) await this.#nextChange(signal);
      const samples = [...this.#changed];
      this.#changed.clear();
      if (this.clients > 0)
        this.#broadcast(samples.map(({ update }) => `data: ${JSON.stringify(update)}\n\n`).join(""));
      await sleep(limits.feedIntervalMs, { signal });
    }
  }

  /** No AbortSignal.any() with a signal for each wait: Node keeps something of each for as long as `signal` lives. */
  async #nextChange(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const forget = onAbort(signal, () => reject(signal.reason));
      this.#wake = () => {
        forget();
        resolve();
      };
    });
  }

  async #writeComments(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(limits.feedCommentMs, { signal });
      this.#broadcast(": still here\n\n");
    }
  }

  async #tidy(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(1000, { signal });
      for (const client of this.#clients) {
        client.evictIfStuck();
        if (performance.now() - client.openedAt > limits.feedLifeMs) client.end(event("again", {}));
      }
    }
  }

  #broadcast(text: string): void {
    if (this.#closed) return;
    const frame = Buffer.from(text);
    for (const client of this.#clients) client.write(frame);
  }

  /** One buffer for all who come before the next sample. */
  #lastSamples(): Buffer {
    const samples = () => Array.from(this.#series.values(), ({ update }) => update);
    this.#snapshot ??= Buffer.from(event("snapshot", { samples: samples() }));
    return this.#snapshot;
  }
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Another for each client, lest all of them come back at the same moment. */
function retryMs(): number {
  const [least, most] = limits.retryMs;
  return Math.round(least + Math.random() * (most - least));
}
