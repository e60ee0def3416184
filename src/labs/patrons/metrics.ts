import { Counter, Gauge, Registry } from "prom-client";
import type { GateCounts } from "../../http/server/gate-counts.js";
import { limits } from "./limits.js";
import type { PatronsService } from "./patrons-service.js";

export interface Metrics {
  readonly contentType: string;
  /** The text for Prometheus, renewed at most once a second. */
  text(): Promise<string>;
}

/** `/metrics` for Prometheus. `gate` returns the counts of the HTTP server. */
export function createMetrics(service: PatronsService, gate: () => GateCounts): Metrics {
  const registry = new Registry();
  register(registry, service, gate);
  let made: Promise<string> | undefined;
  let madeAt = 0;
  return {
    contentType: registry.contentType,
    text() {
      if (made === undefined || performance.now() - madeAt > limits.metricsAgeMs) {
        madeAt = performance.now();
        made = registry.metrics();
      }
      return made;
    },
  };
}

function register(registry: Registry, service: PatronsService, gate: () => GateCounts): void {
  const { cache, listener, database, reads } = service;
  const counter = (name: string, help: string, value: () => number) => {
    const metric: Counter = new Counter({
      name: `lab_patrons_${name}_total`,
      help,
      registers: [registry],
      collect: () => {
        metric.reset();
        metric.inc(value());
      },
    });
  };
  const gauge = (name: string, help: string, value: () => number) => {
    const metric: Gauge = new Gauge({
      name: `lab_patrons_${name}`,
      help,
      registers: [registry],
      collect: () => metric.set(value()),
    });
  };
  const read: Counter<"cache"> = new Counter({
    name: "lab_patrons_reads_total",
    help: "Reads, by X-Cache.",
    labelNames: ["cache"],
    registers: [registry],
    collect: () => {
      read.reset();
      for (const [state, count] of Object.entries(reads)) read.inc({ cache: state }, count);
    },
  });

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
  counter("http_requests", "HTTP requests.", () => gate().requests);
  const refused = () => Object.values(gate().refused).reduce((sum, count) => sum + count, 0);
  counter("http_refused", "HTTP requests that did not get through the gate.", refused);
  gauge("process_resident_memory_bytes", "Resident memory of the server.", () => process.memoryUsage.rss());
}
