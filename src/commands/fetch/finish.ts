import { ExitError, Interrupted } from "../../concurrency/index.js";
import type { FetchReport, FetchResult } from "../../labs/fetch.js";
import type { Palette } from "../../terminal/palette.js";
import type { CommandContext } from "../kit/command-definition.js";
import { summaryLines } from "./summary.js";
import { isCrossed, shownMeasured, type Threshold } from "./threshold.js";

/**
 * Print the summary, and end as the run did: interrupted, crossed by --fail-if, or else by whether anything failed. Throws
 * what `signal` was aborted with, or ExitError with its code once the summary is out.
 */
export function finish(
  report: FetchReport,
  failures: readonly FetchResult[],
  { output, failIf = [] }: { output: string | undefined; failIf: readonly Threshold[] | undefined },
  { signal, out }: Pick<CommandContext, "signal" | "out">,
): void {
  const { aborted, reason } = signal; // perhaps not before all was fetched, and the results had yet to be taken
  if (aborted && !(reason instanceof Interrupted)) throw reason; // they cannot be written: that is all there is to say
  const crossed = failIf.filter((each) => isCrossed(each, report));
  const full = { ...report, ...(failIf.length > 0 && { crossed: crossed.map((each) => each.text) }) };
  const lines = () => [
    ...summaryLines(report, { failures, output }, out),
    ...crossed.map((each) => crossedLine(each, report, out.palette)),
  ];
  const failed = failIf.length > 0 ? crossed.length > 0 : report.failed > 0;
  const { findings } = report;
  if (aborted) {
    out.report(full, lines);
    throw new ExitError(reason.exitCode); // the summary is the last line
  }
  out.report(full, lines, { findings, failed });
}

function crossedLine(each: Threshold, report: FetchReport, { bad, dim }: Palette): string {
  return `${bad("✘")} ${each.text}  ${dim("measured:")} ${shownMeasured(each, report)}`;
}
