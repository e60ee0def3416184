import type { IncomingMessage, ServerResponse } from "node:http";
import { Event, every, gather, sleep } from "../../../concurrency/index.js";
import type { Beat, Hello, Mark } from "../page/protocol.js";
import { serverTime } from "./clock.js";
import type { Counters } from "./counters.js";
import { FeedClient } from "./feed-client.js";
import { limits } from "./limits.js";
import type { Rejection } from "./rejection.js";
import type { Series } from "./series.js";
import type { SeriesTable } from "./series-table.js";
import { WallClock } from "./wall-clock.js";

/**
 * The live feed, as server-sent events. A new client gets `hello`, with the server's time and collecting address, then
 * `snapshot`, with the last sample of each series. After that, each unnamed event is one sample. A beat follows every five
 * seconds. There are at most ten writes a second, each with the latest sample of each changed series, in one buffer for all clients.
 */
export class Feed {
  readonly #series: SeriesTable;
  readonly #counters: Counters;
  readonly #collect: string;
  readonly #clients = new Set<FeedClient>();
  readonly #changed = new Set<Series>();
  readonly #hasChanges = new Event();
  #state: Buffer | undefined;
  #rejection: Rejection | undefined;
  readonly #marks: Mark[] = [];
  #closed = false;

  readonly #wall: WallClock;

  /** `collect`: the endpoint where apps connect; an empty page shows it. */
  constructor(series: SeriesTable, counters: Counters, collect: string, wall = new WallClock()) {
    this.#wall = wall;
    this.#series = series;
    this.#counters = counters;
    this.#collect = collect;
  }

  /** Number of open feeds. */
  get clients(): number {
    return this.#clients.size;
  }

  /** A series has a new sample; the next write sends it. */
  changed(series: Series): void {
    this.#changed.add(series);
    this.#state = undefined;
    this.#hasChanges.set();
  }

  /** Some series have left, so the snapshot is out of date. */
  seriesLeft(): void {
    this.#state = undefined;
  }

  /** Something has happened. Each page tells it. */
  marked(mark: Mark): void {
    this.#marks.push(mark);
    if (this.#marks.length > limits.maxMarks) this.#marks.shift();
    this.#state = undefined;
    this.#broadcast(event("mark", mark));
  }

  /** A message was rejected. Each page tells it. */
  rejected(rejection: Rejection): void {
    this.#rejection = rejection;
    this.#state = undefined;
    this.#broadcast(this.#rejected());
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
    const client = new FeedClient(response, this.#counters, () => client.write(this.#presentState()));
    this.#clients.add(client);
    response.once("close", () => this.#clients.delete(client));
    client.write(Buffer.from(`retry: ${retryMs()}\n${event("hello", this.#hello())}`));
    client.write(this.#presentState());
  }

  /** Write changes and keep-alive comments, and end old or stuck clients, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const tasks = [
      (own: AbortSignal) => this.#writeChanges(own),
      (own: AbortSignal) => every(limits.feedCommentMs, () => this.#broadcast(": still here\n\n"), own),
      (own: AbortSignal) => every(limits.feedBeatMs, () => this.#broadcast(event("beat", this.#beat())), own),
      (own: AbortSignal) => every(1000, () => this.#tidy(), own),
      (own: AbortSignal) => every(1000, () => this.#wall.look() && this.#broadcast(event("beat", this.#beat())), own),
    ];
    await gather(tasks, { signal });
  }

  /** Send `bye` to each client and end it. */
  close(): void {
    this.#closed = true;
    for (const client of this.#clients) client.end(event("bye", {}));
  }

  async #writeChanges(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#hasChanges.wait({ signal });
      this.#hasChanges.clear();
      const updates = Array.from(this.#changed, (series) => series.takeUpdate());
      this.#changed.clear();
      if (this.clients > 0) this.#broadcast(updates.map((update) => `data: ${JSON.stringify(update)}\n\n`).join(""));
      await sleep(limits.feedIntervalMs, { signal });
    }
  }

  /** End clients that are stuck, or that have been here for long. */
  #tidy(): void {
    for (const client of this.#clients) {
      client.evictIfStuck();
      if (performance.now() - client.openedAt > limits.feedLifeMs) client.end(event("again", {}));
    }
  }

  #hello(): Hello {
    return { ...this.#beat(), started: performance.timeOrigin / 1000, collect: this.#collect };
  }

  #beat(): Beat {
    return { now: serverTime(), jumps: this.#wall.jumps };
  }

  #rejected(): string {
    const count = Object.values(this.#counters.rejected).reduce((sum, each) => sum + each, 0);
    const { text = "", from } = this.#rejection ?? {};
    return event("rejected", { count, text, from });
  }

  #broadcast(text: string): void {
    if (this.#closed) return;
    const frame = Buffer.from(text);
    for (const client of this.#clients) client.write(frame);
  }

  /**
   * The snapshot, the marks and the last rejection: one buffer for all clients until the next change. In one write: after a
   * long one, a second would be skipped.
   */
  #presentState(): Buffer {
    if (this.#state) return this.#state;
    const samples = Array.from(this.#series.values(), ({ update }) => update);
    const marks = this.#marks.length > 0 ? event("marks", { marks: this.#marks }) : "";
    const rejected = this.#rejection ? this.#rejected() : "";
    this.#state = Buffer.from(event("snapshot", { samples }) + marks + rejected);
    return this.#state;
  }
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A different pause for each client, so that they do not all come back at once. */
function retryMs(): number {
  const [least, most] = limits.retryMs;
  return Math.round(least + Math.random() * (most - least));
}
