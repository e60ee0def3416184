import type { Registry } from "prom-client";
import type { GateCounts } from "../../../http/server/gate-counts.js";
import type { LinkCounts } from "../../../zeromq/link-event.js";
import { makersOf } from "../../prometheus.js";
import type { Counters } from "./counters.js";
import type { Marks } from "./marks/marks.js";
import { processMetrics } from "./process-metrics.js";
import type { SeriesTable } from "./series-table.js";

/** Every count of the server. */
export interface Sources {
  counters: Counters;
  series: SeriesTable;
  links: LinkCounts;
  gate: GateCounts;
  feed: { readonly clients: number };
  marks: Marks;
}

/** The counters of the server, and its own process under the names that Prometheus expects of any. */
export function serverMetrics(registry: Registry, { counters, series, links, gate, feed }: Sources): void {
  const { counter, counters: byLabel, gauge } = makersOf(registry, "lab_");
  const byReason = (name: string, help: string, counts: Readonly<Record<string, number>>) =>
    byLabel(name, help, "reason", () => counts);

  counter("samples", "Samples that were charted.", () => counters.samples);
  byReason("rejected", "Messages that were not, and why.", counters.rejected);
  counter(
    "lost",
    "Samples that had not come when a later one did: gaps in the numbers of an app.",
    () => counters.lost,
  );
  counter("late", "Of these, those that came after all.", () => counters.late);
  counter("skewed", "Samples whose timestamp was off by more than a minute.", () => counters.skewed);
  gauge("series", "Series now.", () => series.size);
  counter("peer_connects", "Apps that connected.", () => links.connects);
  counter("peer_disconnects", "Apps that went away, or were cut for a frame beyond 64 KiB.", () => links.disconnects);
  counter("peer_refused", "Handshakes that failed: no ZeroMQ, or a key that is not listed.", () => links.refused);
  gauge("sse_clients", "Browsers that listen now.", () => feed.clients);
  counter("sse_writes", "Writes to browsers.", () => counters.feedWrites);
  counter("sse_skipped", "Writes left out for browsers that read too slowly.", () => counters.feedSkipped);
  byReason("sse_evicted", "Browsers cut off for reading too slowly.", counters.feedEvicted);
  counter("sse_refused", "Browsers beyond the limit.", () => counters.feedRefused);
  counter("http_requests", "HTTP requests.", () => gate.requests);
  byReason("http_refused", "HTTP requests that did not get through the gate.", gate.refused);
  counter("client_error", "Connections that spoke no proper HTTP, or too slowly.", () => gate.clientErrors);
  gauge("process_resident_memory_bytes", "Resident memory of the server.", () => process.memoryUsage.rss());
  processMetrics(registry);
}
