import { maskPassword } from "../../labs/fetch/mask-password.js";
import { type FetchReport, type FetchResult, tooBusy } from "../../labs/fetch.js";
import { bar, barWidth } from "../../terminal/bar.js";
import { formatDuration } from "../../terminal/duration.js";
import { fold } from "../../terminal/fold.js";
import type { Palette } from "../../terminal/palette.js";
import { table } from "../../terminal/table.js";
import { counted } from "../../text/counted.js";
import { cut } from "../../text/cut.js";
import { printable } from "../../text/printable.js";
import { formatSize } from "../../text/size.js";
import type { Output } from "../kit/output.js";

const widestBar = 40; // characters
const mostLimits = 5; // hosts
const longestUrl = 200; // characters

/**
 * The report of a run as text. `failures` are the first failed results. `output` is the file with all results, if there
 * is one. `width` is the length of a line: the bars fit into it.
 */
export function summaryLines(
  report: FetchReport,
  { failures, output }: { failures: readonly FetchResult[]; output: string | undefined },
  { palette, width }: Pick<Output, "palette" | "width">,
): string[] {
  return [
    ...failureLines(failures, palette, width),
    ...moreLines(report.failed - failures.length, output).flatMap((line) =>
      fold(line, width - 2).map((part) => palette.dim(`  ${part}`)),
    ),
    ...(failures.length > 0 ? [""] : []),
    ...fold(headline(report), width, "  ").map(palette.title),
    ...rowLines(rowsOf(report), palette, width),
    ...histogramLines(report, palette, width),
  ];
}

function headline({ total, ok, failed, seconds, interrupted, endedByTime }: FetchReport): string {
  const end = interrupted ? ", interrupted" : endedByTime ? ", ended by --max-time" : "";
  return `${counted(total, "URL")} in ${seconds.toFixed(2)} s: ${ok} ok, ${failed} failed${end}`;
}

/** A name and a value each. A value that is too long goes on below, and one without a name is a remark. */
function rowLines(rows: readonly (readonly [string, string])[], { dim }: Palette, width: number): string[] {
  const room = width - Math.max(...rows.map(([name]) => name.length)) - "    ".length;
  const cells = rows.flatMap(([name, value]) =>
    fold(value, room).map((line, at) => [`  ${at === 0 ? name : ""}`, name === "" ? dim(line) : line]),
  );
  return table(cells);
}

function rowsOf(report: FetchReport): [string, string][] {
  const { statuses, errors, bytes, seconds, requestsPerSecond, concurrency, rate, retries, resent, latency, busy } =
    report;
  const pace = rate === null ? "" : `, ${shownRate(rate)} asked for`;
  const rows: [string, string][] = [
    ["warm-up", warmUpText(report)],
    ["status", counts(statuses)],
    ["errors", counts(errors)],
    ["waiting", waitingText(report)],
    ["retries", retries > 0 ? `${retries}` : ""],
    ["limited", limitsText(report)],
    ["resent", resent > 0 ? `${resent}, after the server had closed a connection` : ""],
    ["bodies", `${formatSize(bytes)}, ${formatSize(bytes / Math.max(seconds, 0.001))}/s`],
    ["rate", `${shownPerSecond(requestsPerSecond)} requests/s, up to ${concurrency} at a time${pace}`],
    ["latency", latency.count > 0 ? latencyLine(report) : ""],
    [
      "",
      busy > tooBusy && report.requests > 0
        ? `this process was busy ${Math.round(busy * 100)} % of the time, which adds to the latency`
        : "",
    ],
  ];
  return rows.filter(([, value]) => value !== "");
}

/** A warm-up in which nothing worked has warmed nothing up. */
function warmUpText({ warmup }: FetchReport): string {
  if (!warmup || warmup.failed < warmup.requests) return "";
  return warmup.requests > 0 ? `all ${warmup.requests} failed: ${counts(warmup.errors)}` : "no request was made";
}

/** The hosts that asked to wait. */
function limitsText({ limits }: FetchReport): string {
  const shown = limits.slice(0, mostLimits).map(({ host, pauses, pausedSeconds, refused, requestsPerSecond }) => {
    const paused = `paused ${pauses} × for ${pausedSeconds.toFixed(1)} s`;
    return `${printable(host)} refused ${refused}, ${paused}, settled at ${shownPerSecond(requestsPerSecond)}/s`;
  });
  const more = limits.length > mostLimits ? [`and ${counted(limits.length - mostLimits, "more host")}`] : [];
  return [...shown, ...more].join("; ");
}

/** Requests without an answer at the end of the run. Their latencies are lower bounds. */
function waitingText({ waiting: { count, longestMs }, notStarted }: FetchReport): string {
  const begun = count > 0 ? `${count} at the end, the longest for ${formatDuration(longestMs)}` : "";
  const unbegun = notStarted > 0 ? `${notStarted} never started` : "";
  return [begun, unbegun].filter((text) => text !== "").join("; ");
}

/** Close to the typed text: 5/m is stored as 0.08333333333333333 per second. */
function shownRate(perSecond: number): string {
  return perSecond < 1 ? `${Number((perSecond * 60).toPrecision(7))}/m` : `${Number(perSecond.toPrecision(7))}/s`;
}

function counts(all: Readonly<Record<string, number>>): string {
  return Object.entries(all)
    .map(([name, count]) => `${name} × ${count}`)
    .join(", ");
}

function latencyLine({ latency }: FetchReport): string {
  const names = ["min", "p50", "p90", "p95", "p99", "p99.9", "max"] as const;
  const bound = (name: string) => (latency.atLeast.some((each) => each === name) ? "≥" : "");
  return `${names.map((name) => `${name} ${bound(name)}${shownMs(latency[name] ?? 0)}`).join("  ")} ms`;
}

export function shownPerSecond(rate: number): string {
  return rate < 9.95 ? `${Number(rate.toPrecision(2))}` : rate.toFixed(0);
}

export function shownMs(ms: number): string {
  return ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0);
}

function histogramLines({ latency: { histogram } }: FetchReport, { dim }: Palette, width: number): string[] {
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const label = (upTo: number) => `≤ ${upTo} ms`;
  const taken = Math.max(0, ...histogram.map(({ upTo }) => label(upTo).length)) + `${most}`.length + 3 * "  ".length;
  const bars = barWidth(widestBar, width - taken);
  const rows = histogram.map(({ upTo, count }) => [
    label(upTo),
    ...(bars > 0 ? [bar(count / most, bars) || (count > 0 ? "▏" : "")] : []),
    dim(`${count}`),
  ]);
  return table(rows, { right: [0] }).map((line) => `  ${line}`);
}

function failureLines(failures: readonly FetchResult[], { bad, dim }: Palette, width: number): string[] {
  return failures.flatMap(({ index, url, error }) => {
    const text = `${shownUrl(url)}: ${error?.class}: ${printable(error?.message ?? "")}`;
    const [, ...more] = fold(`✘ ${index} ${text}`, width, "  ");
    const [first = ""] = fold(`✘ ${index} ${text}`, width);
    return [`${bad("✘")} ${dim(`${index}`)}${first.slice(`✘ ${index}`.length)}`, ...more];
  });
}

function shownUrl(url: string): string {
  return printable(cut(maskPassword(url), longestUrl));
}

function moreLines(more: number, output: string | undefined): string[] {
  if (more <= 0) return [];
  const where = output === undefined ? "--output or --json" : printable(output);
  return [`and ${more} more; ${where} has them all`];
}
