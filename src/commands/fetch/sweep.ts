import { ExitError, Interrupted } from "../../concurrency/index.js";
import { type SweepLevel, type SweepReport, sweepUrls } from "../../labs/fetch/sweep.js";
import type { FetchOptions } from "../../labs/fetch.js";
import { bar, barWidth } from "../../terminal/bar.js";
import { fold } from "../../terminal/fold.js";
import { Progress } from "../../terminal/progress.js";
import { table } from "../../terminal/table.js";
import { counted } from "../../text/counted.js";
import type { CommandContext } from "../kit/command-definition.js";
import { shownMs, shownPerSecond } from "./summary.js";

const rounds = 3;
const widestBar = 30; // characters

/** Run a sweep, and print the curve, its knee and the recommended concurrency. */
export async function runSweep(
  options: FetchOptions,
  { levels, timeMs }: { levels: readonly number[]; timeMs: number },
  { signal, out }: CommandContext,
): Promise<void> {
  const progress = new Progress(levels.length * rounds);
  const emit = () => progress.step();
  const report = await sweepUrls(options, { levels, timeMs, rounds }, { signal, emit }).finally(() => progress.clear());
  const failed = report.failed > 0 && !report.interrupted;
  out.report(report, () => sweepLines(report, out.width), { failed });
  const { reason } = signal;
  if (report.interrupted) throw reason instanceof Interrupted ? new ExitError(reason.exitCode) : reason;
}

function sweepLines(report: SweepReport, width: number): string[] {
  const { recommended, failed, interrupted } = report;
  const curve = curveLines(report, width);
  return [
    ...curve,
    "",
    ...(failed > 0
      ? [`${counted(failed, "request")} failed, so the curve may show failures more than throughput`]
      : []),
    ...(interrupted ? ["Interrupted: the curve has the measurements so far"] : []),
    ...(recommended === null && interrupted ? [] : [recommendation(recommended)]),
  ].flatMap((line, at) => (at < curve.length ? line : fold(line, width)));
}

/** A row for each concurrency, with a bar and a mark at the knee. On a narrow line the bars are left out, and the mark moves below. */
function curveLines({ levels, knee }: SweepReport, width: number): string[] {
  const [head = "", ...rows] = table([["at a time", "requests/s", "p50 ms", "p99 ms"], ...levels.map(cellsOf)], {
    right: [0, 1, 2, 3],
  });
  const beyond = knee === levels.at(-1)?.concurrency ? ", or beyond" : "";
  const mark = knee === null ? "" : `  ← knee${beyond}`;
  if (mark && head.length + mark.length > width) return [head, ...rows, `Knee: ${knee} at a time${beyond}`];
  const marked = (row: string, at: number) => (levels[at]?.concurrency === knee ? row + mark : row.trimEnd());
  return [head, ...barred(rows, levels, width - mark.length).map(marked)];
}

function cellsOf({ concurrency, requestsPerSecond, p50, p99 }: SweepLevel): string[] {
  const shown = (ms: number | null) => (ms === null ? "-" : shownMs(ms));
  const rate = requestsPerSecond === 0 ? "-" : shownPerSecond(requestsPerSecond); // no round was completed
  return [`${concurrency}`, rate, shown(p50), shown(p99)];
}

function barred(rows: readonly string[], levels: readonly SweepLevel[], width: number): string[] {
  const best = Math.max(1, ...levels.map(({ requestsPerSecond }) => requestsPerSecond));
  const bars = barWidth(widestBar, width - (rows[0]?.length ?? 0) - 2);
  if (bars === 0) return [...rows];
  return rows.map((row, at) => `${row}  ${bar((levels[at]?.requestsPerSecond ?? 0) / best, bars).padEnd(bars)}`);
}

function recommendation(level: number | null): string {
  if (level === null) return "No recommendation: nothing was answered";
  return `Recommended: --concurrency ${level}, the lowest within a tenth of the best throughput`;
}
