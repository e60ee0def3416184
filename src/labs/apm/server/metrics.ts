import { Registry } from "prom-client";
import { limits } from "./limits.js";
import { seriesMetrics } from "./series-metrics.js";
import { type Sources, serverMetrics } from "./server-metrics.js";

export interface Metrics {
  readonly contentType: string;
  /** The text for Prometheus, renewed at most once a second. */
  text(): Promise<string>;
}

/** `/metrics` for Prometheus: the series in base units, and the counters of the server. */
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
