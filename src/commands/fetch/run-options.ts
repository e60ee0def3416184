import { affordable, type FetchOptions } from "../../labs/fetch.js";
import { counted } from "../../text/counted.js";
import type { CommandContext } from "../kit/command-definition.js";
import type { Output } from "../kit/output.js";
import { UsageError } from "../kit/usage-error.js";
import { checkTogether } from "./check-options.js";
import { defaults, type FetchCommandOptions } from "./command-options.js";
import { refuseSame, statOf } from "./output-file.js";
import { toRequest } from "./request-options.js";
import { openSaveFolder } from "./save-folder.js";
import { openList, type UrlList } from "./url-list.js";

/** The typed options as options of the lab, and the list of URLs. Rejects with UsageError if options exclude each other. */
export async function toRunOptions(
  typed: FetchCommandOptions,
  { signal, out }: CommandContext,
): Promise<{ options: FetchOptions; list: UrlList }> {
  checkTogether(typed);
  const stdout = statOf(1);
  const list = await openList(typed, signal, out.json && typed.output === undefined ? stdout : undefined);
  await refuseSame(typed.output, stdout, "the one stdout goes to");
  await refuseSame(typed.output, statOf(2), "the one stderr goes to");
  const { perHost, rate, timeout, maxTime, retries, maxWait, maxBody, repeat, warmup } = { ...defaults, ...typed };
  const options: FetchOptions = {
    list: list.lines,
    count: list.count,
    concurrency: affordableConcurrency(typed, out),
    perHost,
    rate,
    timeoutMs: timeout,
    maxTimeMs: maxTime,
    retries,
    maxWaitMs: maxWait,
    maxBody,
    request: toRequest(typed),
    ordered: typed.ordered ?? false,
    repeat,
    warmup,
    save: await openSaveFolder(typed),
  };
  return { options, list };
}

/** The concurrency of a run, lowered with a notice if fewer files may be open. Throws UsageError for a sweep instead. */
function affordableConcurrency(
  { concurrency: wanted = defaults.concurrency, sweep }: FetchCommandOptions,
  out: Output,
): number {
  const most = affordable(wanted);
  if (sweep) checkAffordable(sweep);
  else if (most < wanted)
    out.note(`At most ${counted(most, "request")} at a time instead of ${wanted}: ${tooManyFiles}`);
  return most;
}

const tooManyFiles = "more connections than files may be open (ulimit -n)";

/** A sweep at fewer connections would measure another level than it names, so it is refused. */
function checkAffordable(levels: readonly number[]): void {
  const highest = Math.max(...levels);
  const most = affordable(highest);
  if (most < highest) throw new UsageError(`--sweep must stay within ${most}, else ${tooManyFiles}; got ${highest}`);
}
