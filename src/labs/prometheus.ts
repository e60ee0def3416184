import { Counter, Gauge, Registry } from "prom-client";

const ageMs = 1000;

export interface Metrics {
  readonly contentType: string;
  /** The text for Prometheus, renewed at most once a second. */
  text(): Promise<string>;
}

/** The text of `/metrics`, for the metrics that `register` adds. */
export function createText(register: (registry: Registry) => void): Metrics {
  const registry = new Registry();
  register(registry);
  let made: Promise<string> | undefined;
  let madeAt = 0;
  return {
    contentType: registry.contentType,
    text() {
      if (made === undefined || performance.now() - madeAt > ageMs) {
        madeAt = performance.now();
        made = registry.metrics();
      }
      return made;
    },
  };
}

/** Makers of metrics without labels, or with one. Each reads its value when the text is made. `prefix` begins each name. */
export interface Makers {
  counter(name: string, help: string, value: () => number): void;
  /** One counter for each value of `label`. */
  counters(name: string, help: string, label: string, counts: () => Readonly<Record<string, number>>): void;
  gauge(name: string, help: string, value: () => number): void;
}

export function makersOf(registry: Registry, prefix: string): Makers {
  const registers = [registry];
  return {
    counter(name, help, value) {
      const collect = () => {
        metric.reset();
        metric.inc(value());
      };
      const metric: Counter = new Counter({ name: `${prefix}${name}_total`, help, registers, collect });
    },
    counters(name, help, label, counts) {
      const collect = () => {
        metric.reset();
        for (const [value, count] of Object.entries(counts())) metric.inc({ [label]: value }, count);
      };
      const labelNames = [label];
      const metric: Counter = new Counter({ name: `${prefix}${name}_total`, help, labelNames, registers, collect });
    },
    gauge(name, help, value) {
      const metric: Gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        registers,
        collect: () => metric.set(value()),
      });
    },
  };
}
