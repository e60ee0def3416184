import type { ExitError } from "../concurrency/index.js";
import type { FetchOptions, FetchResult } from "../labs/fetch.js";
import { Progress } from "../terminal/progress.js";
import { defaults, type FetchCommandOptions } from "./fetch/command-options.js";
import { LineWriter } from "./fetch/line-writer.js";
import { threshold } from "./fetch/threshold.js";
import type { UrlList } from "./fetch/url-list.js";
import {
  bodiesFolder,
  concurrency,
  header,
  httpUrl,
  levels,
  method,
  outputFile,
  path,
  rate,
  size,
} from "./fetch/values.js";
import { whileCounting } from "./fetch/while-counting.js";
import type { CommandContext, CommandDefinition } from "./kit/command-definition.js";
import { argument, flag, option, repeatedOption } from "./kit/option.js";
import { leaveWithoutLookups, prepareToFetch, stopHeapGrowth } from "./kit/process-setup.js";
import { positiveDuration, wholeNumber } from "./kit/values.js";

const text = (typed: string) => typed;

const command: CommandDefinition<FetchCommandOptions> = {
  arguments: [argument("[url...]", "what to fetch", httpUrl)],
  options: [
    option("-f, --file <path>", "a list of URLs, one a line; - is stdin", path),
    option(
      "-c, --concurrency <number>",
      `requests in flight at a time (default: ${defaults.concurrency})`,
      concurrency,
    ),
    option("--per-host <number>", "of these, to one host (default: all)", concurrency),
    option("--rate <n/s>", "start requests on schedule; latencies count from when each was due", rate),
    option("--timeout <duration>", "deadline of each request, redirects and retries included", positiveDuration, "10s"),
    option("--max-time <duration>", "deadline of the whole run (default: none)", positiveDuration),
    option(
      "--retries <number>",
      `more tries after a transient failure of GET or HEAD (default: ${defaults.retries})`,
      wholeNumber(0, 100),
    ),
    option("--max-body <size>", "the longest body to take, decoded", size, "10MiB"),
    option("-X, --request <method>", "request method (default: GET, with --data POST)", method),
    repeatedOption("-H, --header <header>", "a header, such as 'accept: text/html'", header),
    option("-d, --data <text>", "a body to send, as it is typed: @file means nothing", text),
    option("-o, --output <file>", "a line of JSON for each URL into a file", outputFile),
    option("--save <folder>", "the bodies into a folder, as <index>.<extension>", bodiesFolder),
    flag("--ordered", "results in the order of the list, not as they finish"),
    option(
      "--repeat <number>",
      `go through the list that often (default: ${defaults.repeat})`,
      wholeNumber(1, 1_000_000_000),
    ),
    option(
      "--warmup <number>",
      `make that many requests before the measurement (default: ${defaults.warmup})`,
      wholeNumber(0, 1_000_000),
    ),
    option("--sweep <numbers>", "measure at each of these concurrencies, such as 1,2,4,…,256", levels),
    option(
      "--sweep-time <duration>",
      "how long at each of them, in each of three rounds (default: 1s)",
      positiveDuration,
    ),
    repeatedOption(
      "--fail-if <expression>",
      "exit with 1 if it holds: 'p99>500ms', 'errors>1%', 'rps<1000'",
      threshold,
    ),
  ],
  examples: [
    "lab fetch http://127.0.0.1:8080/delay/50 --repeat 1000",
    "lab fetch --file urls.txt --output results.ndjson --fail-if 'errors>1%'",
  ],
  prepare: prepareToFetch,
  async run(typed, context) {
    leaveWithoutLookups(context);
    const { toRunOptions } = await import("./fetch/run-options.js"); // what stands on undici takes 20 ms to load
    const { options, list } = await toRunOptions(typed, context);
    if (typed.sweep) {
      const { runSweep } = await import("./fetch/sweep.js");
      await runSweep(options, { levels: typed.sweep, timeMs: typed.sweepTime ?? defaults.sweepTimeMs }, context);
    } else await fetchAndReport(typed, options, list, context);
  },
};
export default command;

const settled = 2_000; // results after which the memory a run needs is known
const mostFailures = 10; // shown to people; a file has them all

async function fetchAndReport(
  { output, failIf, repeat = defaults.repeat }: FetchCommandOptions,
  options: FetchOptions,
  list: UrlList,
  { signal, spawn, out }: CommandContext,
): Promise<void> {
  const [{ fetchUrls }, { finish }] = await Promise.all([import("../labs/fetch.js"), import("./fetch/finish.js")]);
  const fail = (error: ExitError) => void spawn(() => Promise.reject(error));
  const writer = await openWriter({ output, json: out.json, signal, fail });
  const progress = new Progress(undefined, { hidden: writer?.onTerminal ?? false });
  const failures: FetchResult[] = [];
  let results = 0;
  const emit = (result: FetchResult) => {
    if (++results === settled) stopHeapGrowth();
    progress.step(result.ok);
    if (!result.ok && failures.length < mostFailures) failures.push(result);
    return writer?.write(result);
  };
  const work = () => fetchUrls(options, { signal, emit });
  const counting = {
    count: list.count,
    tell: (lines: number) => {
      progress.total = lines * repeat;
    },
  };
  const report = await (progress.shown ? whileCounting(work, counting) : work()).finally(async () => {
    progress.clear();
    const lost = await writer?.close();
    if (lost) out.note(`Results lost to a reader of ${output} that had stalled: up to ${lost}`);
  });
  finish(report, failures, { output, failIf }, { signal, out });
}

/** Results go to `output`, else with --json to stdout, else nowhere. */
async function openWriter({
  output,
  json,
  signal,
  fail,
}: {
  output: string | undefined;
  json: boolean;
  signal: AbortSignal;
  /** Told of an error of `output` that comes later. */
  fail: (error: ExitError) => void;
}): Promise<LineWriter | undefined> {
  if (output !== undefined) return LineWriter.toFile(output, signal, fail);
  return json ? new LineWriter(process.stdout, signal) : undefined;
}
