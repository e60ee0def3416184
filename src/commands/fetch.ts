import type { ExitError } from "../concurrency/index.js";
import type { FetchOptions, FetchResult } from "../labs/fetch.js";
import { Progress } from "../terminal/progress.js";
import { counted } from "../text/counted.js";
import { defaults, type FetchCommandOptions } from "./fetch/command-options.js";
import { LineWriter } from "./fetch/line-writer.js";
import { threshold } from "./fetch/threshold.js";
import type { UrlList } from "./fetch/url-list.js";
import { bodiesFolder, concurrency, header, httpUrl, levels, method, outputFile, rate, size } from "./fetch/values.js";
import { whileCounting } from "./fetch/while-counting.js";
import type { CommandContext, CommandDefinition } from "./kit/command-definition.js";
import { argument, flag, option, repeatedOption } from "./kit/option.js";
import { leaveWithoutLookups, prepareToFetch, stopHeapGrowth } from "./kit/process-setup.js";
import { path, positiveDuration, wholeNumber } from "./kit/values.js";

const text = (typed: string) => typed;

const command: CommandDefinition<FetchCommandOptions> = {
  arguments: [argument("[url...]", "URLs to fetch", httpUrl)],
  options: [
    option("-f, --file <path>", "list of URLs, one per line; - is stdin", path),
    option(
      "-c, --concurrency <number>",
      `requests in flight at a time (default: ${defaults.concurrency})`,
      concurrency,
    ),
    option("--per-host <number>", "requests in flight to one host (default: --concurrency)", concurrency),
    option("--rate <n/s>", "rate of request starts, such as 100/s; latency counts from the due time", rate),
    option("--timeout <duration>", "deadline of each request, redirects and retries included", positiveDuration, "10s"),
    option("--max-time <duration>", "deadline of the whole run (default: none)", positiveDuration),
    option(
      "--retries <number>",
      `retries of a GET or HEAD after a transient failure (default: ${defaults.retries})`,
      wholeNumber(0, 100),
    ),
    option("--max-wait <duration>", "longest pause that a 429 or a 503 may ask for (default: 60s)", positiveDuration),
    option("--max-body <size>", "largest body, decoded", size, "10MiB"),
    option("-X, --request <method>", "request method (default: GET, or POST with --data)", method),
    repeatedOption("-H, --header <header>", "request header, such as 'accept: text/html'", header),
    option("-d, --data <text>", "request body, sent as typed; @file is not read", text),
    option("-o, --output <file>", "file for the results, one line of JSON per URL", outputFile),
    option("--save <folder>", "folder for the bodies, as <index>.<extension>", bodiesFolder),
    flag("--ordered", "results in list order instead of completion order"),
    option("--repeat <number>", `passes through the list (default: ${defaults.repeat})`, wholeNumber(1, 1_000_000_000)),
    option(
      "--warmup <number>",
      `requests before the measurement (default: ${defaults.warmup})`,
      wholeNumber(0, 1_000_000),
    ),
    option("--sweep <numbers>", "concurrencies to measure, such as 1,2,4,…,256", levels),
    option(
      "--sweep-time <duration>",
      "time at each concurrency, in each of three rounds (default: 1s)",
      positiveDuration,
    ),
    repeatedOption(
      "--fail-if <expression>",
      "condition for exit code 1: 'p99>500ms', 'errors>1%', 'rps<1000'",
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
    const { toRunOptions } = await import("./fetch/run-options.js"); // loading undici takes 20 ms
    const { options, list } = await toRunOptions(typed, context);
    if (typed.sweep) {
      const { runSweep } = await import("./fetch/sweep.js");
      await runSweep(options, { levels: typed.sweep, timeMs: typed.sweepTime ?? defaults.sweepTimeMs }, context);
    } else await fetchAndReport(typed, options, list, context);
  },
};
export default command;

const warmedUp = 2_000; // results after which the heap has the size that the run needs
const mostFailures = 10; // in the summary; --output has all of them

async function fetchAndReport(
  { output, failIf, repeat = defaults.repeat }: FetchCommandOptions,
  options: FetchOptions,
  list: UrlList,
  context: CommandContext,
): Promise<void> {
  const { signal, out } = context;
  const [{ fetchUrls }, { finish }] = await Promise.all([import("../labs/fetch.js"), import("./fetch/finish.js")]);
  const writer = await openWriter(output, context);
  const progress = new Progress(undefined, { hidden: writer?.onTerminal ?? false });
  const failures: FetchResult[] = [];
  let results = 0;
  const emit = (result: FetchResult) => {
    if (++results === warmedUp) stopHeapGrowth();
    progress.step(result.ok);
    if (!result.ok && failures.length < mostFailures) failures.push(result);
    return writer?.write(result);
  };
  const work = () => fetchUrls(options, { signal, emit, watch: (waiting) => progress.watch(waiting) });
  const tell = (lines: number) => {
    progress.total = lines * repeat;
  };
  const counting = { count: list.count, tell };
  const report = await (progress.shown ? whileCounting(work, counting) : work()).finally(async () => {
    progress.clear();
    const lost = await writer?.close();
    if (lost) out.note(`Up to ${counted(lost, "result")} lost: the reader of ${output} had stalled`);
  });
  finish(report, failures, { output, failIf }, { signal, out });
}

/** Results go to `output`. Without it they go to stdout with --json, and else nowhere. */
async function openWriter(
  output: string | undefined,
  { signal, spawn, out }: CommandContext,
): Promise<LineWriter | undefined> {
  if (output === undefined) return out.json ? new LineWriter(process.stdout, signal) : undefined;
  const fail = (error: ExitError) => void spawn(() => Promise.reject(error));
  return LineWriter.toFile(output, signal, fail);
}
