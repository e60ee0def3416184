import { createText, type Metrics } from "../../prometheus.js";
import { seriesMetrics } from "./series-metrics.js";
import { type Sources, serverMetrics } from "./server-metrics.js";

export type { Metrics };

/** `/metrics` for Prometheus: the series in base units, and the counters of the server. */
export function createMetrics(sources: Sources): Metrics {
  return createText((registry) => {
    serverMetrics(registry, sources);
    seriesMetrics(registry, sources.series, sources.marks);
  });
}
