import { ExitError, Interrupted } from "../../concurrency/index.js";
import type { FetchReport, FetchResult } from "../../labs/fetch.js";
import { fold } from "../../terminal/fold.js";
import type { CommandContext } from "../kit/command-definition.js";
import { summaryLines } from "./summary.js";
import { isCrossed, shownMeasured, type Threshold } from "./threshold.js";

/**
 * Print the summary, and end with the exit code of the run. Throws ExitError with the code of the interruption if there
 * was one. Throws ExitError(1) if a --fail-if holds; without --fail-if, if a URL failed. Throws any other reason of
 * `signal` without a summary.
 */
export function finish(
  report: FetchReport,
  failures: readonly FetchResult[],
  { output, failIf = [] }: { output: string | undefined; failIf: readonly Threshold[] | undefined },
  { signal, out }: Pick<CommandContext, "signal" | "out">,
): void {
  const { aborted, reason } = signal; // may have aborted after the last fetch, while results were still being written
  if (aborted && !(reason instanceof Interrupted)) throw reason; // the results cannot be written
  const crossed = failIf.filter((each) => isCrossed(each, report));
  const full = { ...report, ...(failIf.length > 0 && { crossed: crossed.map((each) => each.text) }) };
  const lines = () => [
    ...summaryLines(report, { failures, output }, out),
    ...crossed.flatMap((each) => crossedLines(each, report, out)),
  ];
  const failed = failIf.length > 0 ? crossed.length > 0 : report.failed > 0;
  const { findings } = report;
  if (aborted) {
    out.report(full, lines);
    throw new ExitError(reason.exitCode);
  }
  out.report(full, lines, { findings, failed });
}

function crossedLines(each: Threshold, report: FetchReport, { palette, width }: CommandContext["out"]): string[] {
  const { bad, dim } = palette;
  return fold(`✘ ${each.text}  measured: ${shownMeasured(each, report)}`, width, "  ").map((line) =>
    line.replace(/^✘/, bad("✘")).replace("measured:", dim("measured:")),
  );
}
