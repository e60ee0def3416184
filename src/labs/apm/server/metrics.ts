import { Counter, Gauge, Registry } from "prom-client";
import type { GateCounts } from "../../../http/server/gate-counts.js";
import type { LinkCounts } from "../../../zeromq/link-event.js";
import type { Counters } from "./counters.js";
import { limits } from "./limits.js";
import type { Series } from "./series.js";
import type { SeriesTable } from "./series-table.js";

/** Every count of the server. */
export interface Sources {
  counters: Counters;
  series: SeriesTable;
  links: LinkCounts;
  gate: GateCounts;
  feed: { readonly clients: number };
}

export interface Metrics {
  readonly contentType: string;
  /** The text for Prometheus, renewed at most once a second. */
  text(): Promise<string>;
}

/** `/metrics` for Prometheus: the series as gauges in base units, and the counters of the server. */
export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  serverMetrics(registry, sources);
  seriesMetrics(registry, sources.series);
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

function serverMetrics(registry: Registry, { counters, series, links, gate, feed }: Sources): void {
  const counter = (name: string, help: string, value: () => number) => {
    const metric: Counter = new Counter({
      name: `lab_${name}_total`,
      help,
      registers: [registry],
      collect: () => {
        metric.reset();
        metric.inc(value());
      },
    });
  };
  const byReason = (name: string, help: string, counts: Readonly<Record<string, number>>) => {
    const metric: Counter<"reason"> = new Counter({
      name: `lab_${name}_total`,
      help,
      labelNames: ["reason"],
      registers: [registry],
      collect: () => {
        metric.reset();
        for (const [reason, count] of Object.entries(counts)) metric.inc({ reason }, count);
      },
    });
  };
  const gauge = (name: string, help: string, value: () => number) => {
    const metric: Gauge = new Gauge({
      name: `lab_${name}`,
      help,
      registers: [registry],
      collect: () => metric.set(value()),
    });
  };

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
}

function seriesMetrics(registry: Registry, table: SeriesTable): void {
  const gauge = (name: string, help: string, value: (series: Series) => number | undefined) => {
    const metric: Gauge<Label> = new Gauge({
      name: `lab_app_${name}`,
      help,
      labelNames: ["series", "name", "color", "host", "pid"],
      registers: [registry],
      collect: () => {
        metric.reset();
        for (const series of table.values()) {
          const now = value(series);
          if (now !== undefined) metric.set(labels(series), now);
        }
      },
    });
  };

  gauge("cpu_ratio", "CPU time per time: 1 is one core.", ({ sample }) => sample.cpu / 100);
  gauge("resident_memory_bytes", "Resident memory.", ({ sample }) => sample.mem * 2 ** 20);
  gauge("event_loop_lag_seconds", "Longest delay of the event loop in its last interval.", ({ sample: { lag } }) =>
    lag === undefined ? undefined : lag / 1000,
  );
  gauge("received", "Samples received in this life of the app.", ({ losses }) => losses.received);
  gauge("lost", "Samples lost in this life of the app.", ({ losses }) => losses.lost);
  gauge("unsent", "Samples taken while nobody listened.", ({ sample }) => sample.unsent);
  gauge("last_sample_timestamp_seconds", "When the last sample came.", ({ at }) => at);
}

type Label = "series" | "name" | "color" | "host" | "pid";

function labels({ key, sample }: Series): Record<Label, string> {
  const { name = sample.color, color, host = "", pid = "" } = sample;
  return { series: key, name, color, host, pid: String(pid) };
}
