import type { GateCounts } from "../../http/server/gate-counts.js";
import { createText, type Makers, type Metrics, makersOf } from "../prometheus.js";
import type { PatronsService } from "./patrons-service.js";

export type { Metrics };

/** `/metrics` for Prometheus. `gate` returns the counts of the HTTP server. */
export function createMetrics(service: PatronsService, gate: () => GateCounts): Metrics {
  return createText((registry) => {
    const makers = makersOf(registry, "lab_patrons_");
    serviceMetrics(makers, service);
    httpMetrics(makers, gate);
  });
}

function serviceMetrics({ counter, counters, gauge }: Makers, service: PatronsService): void {
  const { cache, listener, database, reads } = service;
  counters("reads", "Reads, by X-Cache.", "cache", () => reads);
  counter("queries", "Queries of the pool.", () => database.load.queries);
  counter(
    "queries_refused",
    "Queries without an answer in 2 s, or beyond 1,000 that wait.",
    () => database.load.refused,
  );
  gauge("queries_waiting", "Queries that wait for a connection now.", () => database.load.waiting);
  gauge("cached", "Patrons in the cache.", () => cache.size);
  gauge("versions", "Rows with a remembered version.", () => cache.versions);
  counter("fills_kept", "Reads that the cache kept.", () => cache.counts.kept);
  counter("fills_dropped", "Reads that were older than an event, and not kept.", () => cache.counts.dropped);
  counter("corrections", "Cached patrons that a change replaced or removed.", () => cache.counts.corrected);
  counter("clears", "Times that the cache was cleared.", () => cache.counts.cleared);
  counter("events", "Events of changes.", () => listener.counts.events);
  counter("events_foreign", "Messages on the channel that are no event of ours.", () => listener.counts.foreign);
  counter("echoes", "Echoes that came back.", () => listener.counts.echoes);
  counter("echoes_late", "Echoes that did not come in 2 s.", () => listener.counts.lateEchoes);
  counter("listens", "Connections on which LISTEN succeeded.", () => listener.counts.connections);
  counter("listens_lost", "Connections that listened and were lost, or could not listen.", () => listener.counts.lost);
  gauge("cache_usable", "1 while the cache is used, 0 while it is bypassed.", () => Number(listener.lease.holds));
}

function httpMetrics({ counter, gauge, counters }: Makers, gate: () => GateCounts): void {
  counter("http_requests", "HTTP requests.", () => gate().requests);
  counters("http_refused", "HTTP requests that did not get through the gate.", "reason", () => gate().refused);
  gauge("process_resident_memory_bytes", "Resident memory of the server.", () => process.memoryUsage.rss());
}
