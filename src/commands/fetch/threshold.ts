import type { TallyReport } from "../../labs/fetch.js";
import { parseDuration } from "../../terminal/duration.js";
import { BadValue, type Parse } from "../kit/option.js";
import { shown } from "../kit/values.js";

const latencies = ["min", "mean", "p50", "p90", "p99", "p99.9", "max"] as const;
const metrics = [...latencies, "errors", "rps"] as const;
type Metric = (typeof metrics)[number];

/** What a run must not come to: `p99>500ms`, `errors>1%`, `rps<1000`. */
export interface Threshold {
  text: string;
  metric: Metric;
  operator: "<" | "<=" | ">" | ">=";
  /** Milliseconds; for errors a share from 0 to 1 if `isShare`, else how many; for rps requests per second. */
  limit: number;
  isShare: boolean;
}

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
  if (always) throw new BadValue(`must be something that may come or not, got ${shown(text)}, which ${always} holds`);
  return found;
};

/** Nothing measured is below 0, and no share of failures above 1. */
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

/** True if the run came to what it must not. A latency that was not measured is as bad as any. */
export function isCrossed({ metric, operator, limit, isShare }: Threshold, report: TallyReport): boolean {
  const measured = measuredIn(metric, isShare, report);
  if (measured === null) return true;
  return { "<": measured < limit, "<=": measured <= limit, ">": measured > limit, ">=": measured >= limit }[operator];
}

/** What the run came to, beside a threshold that it crossed: precise enough to be told from the limit. */
export function shownMeasured({ metric, isShare }: Threshold, report: TallyReport): string {
  const measured = measuredIn(metric, isShare, report);
  if (measured === null) return "nothing";
  if (metric === "errors") return isShare ? `${Number((measured * 100).toPrecision(4))}%` : `${measured}`;
  return `${Number(measured.toPrecision(4))}${isLatency(metric) ? "ms" : ""}`;
}

function measuredIn(metric: Metric, isShare: boolean, report: TallyReport): number | null {
  if (isLatency(metric)) return report.latency[metric];
  if (metric === "rps") return report.requestsPerSecond;
  return isShare ? report.failed / Math.max(1, report.total) : report.failed;
}

function isLatency(metric: Metric): metric is (typeof latencies)[number] {
  return (latencies as readonly string[]).includes(metric);
}
