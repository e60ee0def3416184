import { Counter, Gauge, type Histogram, type Registry } from "prom-client";
import { charted } from "../page/protocol.js";
import { serverTime } from "./clock.js";
import { lagBounds } from "./lag-histogram.js";
import type { Marks } from "./marks/marks.js";
import type { Series } from "./series.js";
import type { SeriesTable } from "./series-table.js";

const labelNames = ["series", "name", "color", "host", "pid"] as const;
type Label = (typeof labelNames)[number];

type ValueOf = (series: Series) => number | undefined;

/**
 * The series for Prometheus. Gauges of use leave with the app: at once after its closing sample, and after three silent
 * intervals. `lab_app_up` and the counters stay as long as the series does.
 */
export function seriesMetrics(registry: Registry, table: SeriesTable, marks: Marks): void {
  const fill = (set: (labels: Record<Label, string>, value: number) => void, value: ValueOf) => {
    for (const series of table.values()) {
      const now = value(series);
      if (now !== undefined) set(labelsOf(series), now);
    }
  };
  const gauge = (name: string, help: string, value: ValueOf) => {
    const metric: Gauge<Label> = new Gauge({
      name: `lab_app_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        metric.reset();
        fill((labels, now) => metric.set(labels, now), value);
      },
    });
  };
  const counter = (name: string, help: string, value: ValueOf) => {
    const metric: Counter<Label> = new Counter({
      name: `lab_app_${name}_total`,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        metric.reset();
        fill((labels, now) => metric.inc(labels, now), value);
      },
    });
  };
  useOf(gauge);
  gauge("up", "1 while the app reports, else 0.", (series) => (isUp(series) ? 1 : 0));
  down(registry, table);
  gauge("received", "Samples received in this life of the app.", ({ losses }) => losses.received);
  gauge("lost", "Samples lost in this life of the app.", ({ losses }) => losses.lost);
  gauge("unsent", "Samples taken while nobody listened.", ({ sample }) => sample.unsent);
  gauge("last_sample_timestamp_seconds", "When the last sample came.", ({ at }) => at);
  counter("cpu_seconds", "CPU time in this life of the app.", ({ sample }) => sample.cpu_seconds);
  counter("gc_seconds", "Time of garbage collection, as reported.", ({ sample, gcMs }) =>
    sample.gc === undefined ? undefined : gcMs / 1000,
  );
  lagHistogram(registry, table);
  alerts(registry, table, marks);
}

/** The use of apps that report now. */
function useOf(gauge: (name: string, help: string, value: ValueOf) => void): void {
  const whileUp = (name: string, help: string, value: ValueOf) =>
    gauge(name, help, (series) => (isUp(series) ? value(series) : undefined));
  const mib = (value: number | undefined) => (value === undefined ? undefined : value * 2 ** 20);
  whileUp("cpu_ratio", "CPU time per time: 1 is one core.", ({ sample }) => {
    const { cpu } = charted(sample);
    return cpu === undefined ? undefined : cpu / 100;
  });
  whileUp("resident_memory_bytes", "Resident memory.", ({ sample }) => mib(sample.mem));
  whileUp("heap_bytes", "Used JavaScript heap.", ({ sample }) => mib(sample.heap));
  whileUp("processes", "Processes of the app.", ({ sample }) => sample.processes);
  whileUp("event_loop_lag_seconds", "Longest delay of the event loop in the last sample.", ({ sample: { lag } }) =>
    lag === undefined ? undefined : lag / 1000,
  );
}

function isUp(series: Series): boolean {
  return series.stateAt(serverTime()) === "up";
}

function down(registry: Registry, table: SeriesTable): void {
  const metric: Gauge<Label | "reason"> = new Gauge({
    name: "lab_app_down_info",
    help: "1 for an app that no longer reports, with the reason.",
    labelNames: [...labelNames, "reason"],
    registers: [registry],
    collect: () => {
      metric.reset();
      for (const series of table.values()) {
        const reason = series.stateAt(serverTime());
        if (reason !== "up") metric.set({ ...labelsOf(series), reason }, 1);
      }
    },
  });
}

function alerts(registry: Registry, table: SeriesTable, marks: Marks): void {
  const metric: Gauge<Label | "alert"> = new Gauge({
    name: "lab_alert",
    help: "1 while the app is beyond the threshold of an --alert, else 0.",
    labelNames: [...labelNames, "alert"],
    registers: [registry],
    collect: () => {
      metric.reset();
      const known = new Map(Array.from(table.values(), (series) => [series.key, series]));
      for (const { key, alert, active } of marks.alerts()) {
        const series = known.get(key);
        if (series) metric.set({ ...labelsOf(series), alert }, active ? 1 : 0);
      }
    },
  });
}

/** prom-client counts observations itself and forgets no series, so this metric is written by hand. */
function lagHistogram(registry: Registry, table: SeriesTable): void {
  const name = "lab_app_event_loop_delay_seconds";
  const help = "The longest delay of the event loop in each sample: peaks between two scrapes, too.";
  const values = () =>
    [...table.values()].flatMap((series) => {
      const { counts, count, sum } = series.lags;
      if (count === 0) return [];
      const labels = labelsOf(series);
      const bucket = (le: number | string, value: number) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le },
        value,
      });
      return [
        ...lagBounds.map((bound, i) => bucket(bound, counts[i] ?? 0)),
        bucket("+Inf", count),
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
  const metric = {
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    get: async () => ({ ...metric, values: values() }),
  };
  registry.registerMetric(metric as unknown as Histogram);
}

function labelsOf({ key, sample }: Series): Record<Label, string> {
  const { name = sample.color, color, host = "", pid = "" } = sample;
  return { series: key, name, color, host, pid: String(pid) };
}
