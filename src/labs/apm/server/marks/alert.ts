import { charted, extremesOf, type Metric } from "../../page/protocol.js";
import type { Sample } from "../../sample.js";

/** A threshold, such as `mem>500MiB for 1m`. */
export interface Alert {
  /** As it was typed, without spaces around the sign. */
  text: string;
  metric: Metric;
  isAbove: boolean;
  /** In the unit of the metric: %, MiB, ms, ms a second. */
  value: number;
  /** Milliseconds that it must hold. */
  forMs: number;
}

/** The units of each metric, as factors of its own. The first one is that of a bare number. */
const units: Readonly<Record<Metric, Readonly<Record<string, number>>>> = {
  cpu: { "%": 1 },
  mem: { MiB: 1, KiB: 1 / 1024, GiB: 1024, B: 2 ** -20 },
  lag: { ms: 1, s: 1000 },
  wait: { ms: 1, "ms/s": 1 },
};

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parse `lag>250ms` or `mem > 500MiB for 1m`. Undefined for other text. */
export function parseAlert(text: string): Alert | undefined {
  const [, metric = "", sign = "", digits = "", unit = "", time, timeUnit = "ms"] =
    /^\s*(cpu|mem|lag|wait)\s*([<>])\s*(\d+(?:\.\d+)?)\s*([A-Za-z%/]*)(?:\s+for\s+(\d+(?:\.\d+)?)(ms|s|m|h)?)?\s*$/.exec(
      text,
    ) ?? [];
  const known = Object.hasOwn(units, metric) ? units[metric as Metric] : {};
  const factor = unit === "" ? 1 : Object.hasOwn(known, unit) ? known[unit] : undefined;
  if (digits === "" || factor === undefined) return undefined;
  const forText = time === undefined ? "" : ` for ${time}${timeUnit}`;
  return {
    text: `${metric}${sign}${digits}${unit}${forText}`,
    metric: metric as Metric,
    isAbove: sign === ">",
    value: Number(digits) * factor,
    forMs: Number(time ?? 0) * (durations[timeUnit] ?? 1),
  };
}

/** One alert for one series: it begins once its threshold was crossed for long enough, and ends with the next sample that is not. */
export class AlertState {
  readonly alert: Alert;
  active = false;
  #since: number | undefined;

  constructor(alert: Alert) {
    this.alert = alert;
  }

  /** Take a sample of `at`, in seconds. Returns whether `active` has changed. */
  take(sample: Sample, at: number): boolean {
    const { metric, isAbove, value, forMs } = this.alert;
    const last = charted(sample)[metric];
    if (last === undefined && !sample.closing) return false;
    const most = Math.max(last ?? 0, extremesOf(sample)[metric]?.[1] ?? 0);
    const isOver = !sample.closing && (isAbove ? most > value : (last ?? 0) < value);
    this.#since = isOver ? (this.#since ?? at) : undefined;
    const active = this.#since !== undefined && (at - this.#since) * 1000 >= forMs;
    const changed = active !== this.active;
    this.active = active;
    return changed;
  }

  /** The series no longer reports. Returns whether `active` has changed. */
  stop(): boolean {
    const changed = this.active;
    this.active = false;
    this.#since = undefined;
    return changed;
  }
}
