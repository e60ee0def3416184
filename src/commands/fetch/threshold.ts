import type { TallyReport } from "../../labs/fetch.js";
import { parseDuration } from "../../terminal/duration.js";
import { BadValue, type Parse } from "../kit/option.js";
import { shown } from "../kit/values.js";

const latencies = ["min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"] as const;
const metrics = [...latencies, "errors", "rps"] as const;
type Metric = (typeof metrics)[number];

/** A condition that makes a run fail: `p99>500ms`, `errors>1%`, `rps<1000`. */
export interface Threshold {
  text: string;
  metric: Metric;
  operator: "<" | "<=" | ">" | ">=";
  /** Milliseconds, requests per second (rps), or the number of errors; a share from 0 to 1 if `isShare`. */
  limit: number;
  isShare: boolean;
}

/** The condition of one --fail-if. A condition that always or never holds is refused. */
export const threshold: Parse<Threshold> = (text) => {
  const [, name, operator, limit] = /^\s*([a-z0-9.]+)\s*([<>]=?)\s*([0-9.]+(?:%|[a-z]+)?)\s*$/.exec(text) ?? [];
  const metric = metrics.find((each) => each === name);
  const value = metric && parseLimit(metric, limit ?? "");
  if (!metric || value === undefined) {
    throw new BadValue(
      `must be such as 'p99>500ms', 'errors>1%' or 'rps<1000', with one of ${metrics.join(" ")}, got ${shown(text)}`,
    );
  }
  const found = {
    text,
    metric,
    operator: operator as Threshold["operator"],
    limit: value,
    isShare: text.includes("%"),
  };
  const always = foregone(found);
  if (always)
    throw new BadValue(`must be a condition that depends on the run, got ${shown(text)}, which ${always} holds`);
  return found;
};

/** Whether the condition holds for every run or for none: no measurement is below 0, and no share above 1. */
function foregone({ operator, limit, isShare }: Threshold): "always" | "never" | undefined {
  const most = isShare ? 1 : Number.POSITIVE_INFINITY;
  if (operator === ">=" ? limit > most : operator === ">" ? limit >= most : operator === "<" && limit <= 0)
    return "never";
  if (operator === "<=" ? limit >= most : operator === "<" ? limit > most : operator === ">=" && limit <= 0)
    return "always";
  return undefined;
}

function parseLimit(metric: Metric, text: string): number | undefined {
  if (isLatency(metric)) return parseDuration(text);
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (digits === undefined || (percent === "%" && metric !== "errors")) return undefined;
  return Number(digits) / (percent === "%" ? 100 : 1);
}

/** Whether the condition holds for a run. It holds if its latency was not measured. */
export function isCrossed({ metric, operator, limit, isShare }: Threshold, report: TallyReport): boolean {
  const measured = measuredIn(metric, isShare, report);
  if (measured === null) return true;
  return { "<": measured < limit, "<=": measured <= limit, ">": measured > limit, ">=": measured >= limit }[operator];
}

/** The measured value, with enough digits to differ from the limit. */
export function shownMeasured({ metric, isShare }: Threshold, report: TallyReport): string {
  const measured = measuredIn(metric, isShare, report);
  if (measured === null) return "nothing";
  if (metric === "errors") return isShare ? `${Number((measured * 100).toPrecision(4))}%` : `${measured}`;
  const bound = report.latency.atLeast.some((name) => name === metric) ? "at least " : "";
  return `${bound}${Number(measured.toPrecision(4))}${isLatency(metric) ? "ms" : ""}`;
}

function measuredIn(metric: Metric, isShare: boolean, report: TallyReport): number | null {
  if (isLatency(metric)) return report.latency[metric];
  if (metric === "rps") return report.requestsPerSecond;
  return isShare ? report.failed / Math.max(1, report.total) : report.failed;
}

function isLatency(metric: Metric): metric is (typeof latencies)[number] {
  return (latencies as readonly string[]).includes(metric);
}
