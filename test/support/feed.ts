import type { IncomingMessage, ServerResponse } from "node:http";
import { GatedServer } from "../../src/http/server/gated-server.js";
import type { Sample } from "../../src/labs/apm/sample.js";
import { Counters } from "../../src/labs/apm/server/counters.js";
import { Feed } from "../../src/labs/apm/server/feed.js";
import { SeriesTable } from "../../src/labs/apm/server/series-table.js";
import { sampleOf } from "./publisher.js";

/**
 * A feed in this process behind a real server, with its counters. Every request is answered as `GET /feed`. For `await
 * using`.
 */
export async function startFeed() {
  const counters = new Counters();
  const table = new SeriesTable({ historySeconds: 10 });
  const feed = new Feed(table, counters, "tcp://127.0.0.1:5555");
  const handle = (request: IncomingMessage, response: ServerResponse) => feed.open(request, response);
  const server = await GatedServer.open({ host: "127.0.0.1", port: 0, maxConnections: 100, handle });
  const stop = new AbortController();
  const running = feed.run(stop.signal).catch(() => {});
  return {
    feed,
    counters,
    url: server.url,
    port: Number(new URL(server.url).port),
    /** Add a sample as if an app had sent it. */
    add(fields: Partial<Sample>): void {
      const sample = sampleOf(fields);
      const series = table.seriesOf(sample);
      if (!series) throw new Error("too many series");
      series.add(sample, Date.now() / 1000);
      feed.changed(series);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stop.abort();
      await Promise.all([running, server.close(() => feed.close())]);
    },
  };
}
