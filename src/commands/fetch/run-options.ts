import { affordable, type FetchOptions } from "../../labs/fetch.js";
import { counted } from "../../text/counted.js";
import type { CommandContext } from "../kit/command-definition.js";
import { UsageError } from "../kit/usage-error.js";
import { checkTogether, methodOf } from "./check-options.js";
import { defaults, type FetchCommandOptions } from "./command-options.js";
import { refuseSame, statOf } from "./output-file.js";
import { openSaveFolder } from "./save-folder.js";
import { openList, type UrlList } from "./url-list.js";

/** What was typed, as what the lab is asked for. Rejects with UsageError for what does not go together. */
export async function toRunOptions(
  typed: FetchCommandOptions,
  { signal, out }: CommandContext,
): Promise<{ options: FetchOptions; list: UrlList }> {
  checkTogether(typed);
  const {
    concurrency: wanted,
    perHost,
    rate,
    timeout,
    maxTime,
    retries,
    maxBody,
    repeat,
    warmup,
  } = {
    ...defaults,
    ...typed,
  };
  const stdout = statOf(1);
  const list = await openList(typed, signal, out.json && typed.output === undefined ? stdout : undefined);
  await refuseSame(typed.output, stdout, "the one stdout goes to");
  await refuseSame(typed.output, statOf(2), "the one stderr goes to");
  const concurrency = affordable(wanted);
  if (typed.sweep) checkAffordable(typed.sweep);
  else if (concurrency < wanted) {
    out.note(`At most ${counted(concurrency, "request")} at a time instead of ${wanted}: ${tooManyFiles}`);
  }
  const options: FetchOptions = {
    list: list.lines,
    concurrency,
    perHost,
    rate,
    timeoutMs: timeout,
    maxTimeMs: maxTime,
    retries,
    maxBody,
    request: toRequest(typed),
    ordered: typed.ordered ?? false,
    repeat,
    warmup,
    save: await openSaveFolder(typed),
  };
  return { options, list };
}

const tooManyFiles = "more connections than files may be open (ulimit -n)";

/** Fewer than were asked for would be a wrong measurement of these. */
function checkAffordable(levels: readonly number[]): void {
  const highest = Math.max(...levels);
  const most = affordable(highest);
  if (most < highest) throw new UsageError(`--sweep must stay within ${most}, else ${tooManyFiles}; got ${highest}`);
}

/** Repeated headers become one, as RFC 9110 has it; a body without a type is a form, as curl has it. */
function toRequest({ header = [], ...typed }: FetchCommandOptions): FetchOptions["request"] {
  const { data } = typed;
  const headers = new Map([
    ["user-agent", "asyncio-lab"],
    ["accept", "*/*"],
  ]);
  if (data !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  const repeated = new Set<string>();
  for (const [name, value] of header) {
    headers.set(name, repeated.has(name) ? `${headers.get(name)}, ${value}` : value);
    repeated.add(name);
  }
  return { method: methodOf(typed), headers: Object.fromEntries(headers), body: data };
}
