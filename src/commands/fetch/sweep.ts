import { ExitError, Interrupted } from "../../concurrency/errors.js";
import { type SweepReport, sweepUrls } from "../../labs/fetch/sweep.js";
import type { FetchOptions } from "../../labs/fetch.js";
import { Progress } from "../../terminal/progress.js";
import { table } from "../../terminal/table.js";
import type { CommandContext } from "../kit/command-definition.js";
import { shownMs } from "./summary.js";

const rounds = 3;
const barWidth = 30;

/** Sweep, and print the curve, its knee and what follows from it. */
export async function runSweep(
  options: FetchOptions,
  { levels, timeMs }: { levels: readonly number[]; timeMs: number },
  { signal, out }: CommandContext,
): Promise<void> {
  const progress = new Progress(levels.length * rounds);
  const emit = () => progress.step();
  const report = await sweepUrls(options, { levels, timeMs, rounds }, { signal, emit }).finally(() => progress.clear());
  const failed = report.failed > 0 && !report.interrupted;
  out.report(report, () => sweepLines(report), { failed });
  const { reason } = signal;
  if (report.interrupted) throw reason instanceof Interrupted ? new ExitError(reason.exitCode) : reason;
}

function sweepLines({ levels, knee, recommended, failed, interrupted }: SweepReport): string[] {
  const best = Math.max(1, ...levels.map(({ requestsPerSecond }) => requestsPerSecond));
  const shown = (ms: number | null) => (ms === null ? "-" : shownMs(ms));
  const rows = levels.map(({ concurrency, requestsPerSecond, p50, p99 }) => [
    `${concurrency}`,
    requestsPerSecond === 0 ? "-" : `${requestsPerSecond}`, // none of its rounds came to an end
    shown(p50),
    shown(p99),
    "█".repeat(Math.round((requestsPerSecond / best) * barWidth)),
    concurrency === knee ? (concurrency === levels.at(-1)?.concurrency ? "← knee, or beyond" : "← knee") : "",
  ]);
  return [
    ...table([["at a time", "requests/s", "p50 ms", "p99 ms", "", ""], ...rows], { right: [0, 1, 2, 3] }),
    "",
    ...(failed > 0 ? [`${failed} requests failed: what is measured here may be their failing`] : []),
    ...(interrupted ? ["Interrupted: this is what was measured by then"] : []),
    ...(recommended === null && interrupted ? [] : [recommendation(recommended)]),
  ];
}

function recommendation(level: number | null): string {
  if (level === null) return "No recommendation: nothing was answered";
  return `Recommended: --concurrency ${level}, the least that comes within a tenth of the best throughput`;
}
