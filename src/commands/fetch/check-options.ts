import { UsageError } from "../kit/usage-error.js";
import { defaults, type FetchCommandOptions } from "./command-options.js";

/** Throws UsageError for options that exclude each other, or that would have no effect. */
export function checkTogether(typed: FetchCommandOptions): void {
  if (typed.url.length === 0 && typed.file === undefined) {
    throw new UsageError("expected URLs, or a list of them by --file (- is stdin)");
  }
  checkSweep(typed);
  const { concurrency = defaults.concurrency, perHost, sweep, request, data, retries = 0 } = typed;
  const most = sweep ? Math.max(...sweep) : concurrency;
  if (perHost !== undefined && perHost > most) {
    const of = sweep ? "the highest concurrency of --sweep" : "--concurrency";
    throw new UsageError(`--per-host must be at most ${of}, which is ${most}, got ${perHost}`);
  }
  const method = methodOf(typed);
  if (method === "HEAD" && data !== undefined) {
    throw new UsageError(`--data needs a method that sends a body, such as POST, got --request ${request}`);
  }
  if (retries > 0 && method !== "GET" && method !== "HEAD") {
    throw new UsageError(`--retries is for GET and HEAD: ${method} is sent once, got --retries ${retries}`);
  }
}

/** The request method. Default: GET, or POST with --data. */
export function methodOf({ request, data }: Pick<FetchCommandOptions, "request" | "data">): string {
  return request ?? (data === undefined ? "GET" : "POST");
}

/** Options that a sweep excludes. It repeats the list at its own concurrencies, and its only result is the curve. */
const ofOneRun = {
  concurrency: "--concurrency",
  rate: "--rate",
  maxTime: "--max-time",
  maxWait: "--max-wait",
  output: "--output",
  save: "--save",
  ordered: "--ordered",
  repeat: "--repeat",
  warmup: "--warmup",
  failIf: "--fail-if",
} as const;

function checkSweep(typed: FetchCommandOptions): void {
  if (!typed.sweep) {
    if (typed.sweepTime !== undefined) throw new UsageError("--sweep-time needs --sweep, such as --sweep 1,2,4,8");
    return;
  }
  for (const [name, flag] of Object.entries(ofOneRun)) {
    if (typed[name as keyof typeof ofOneRun] !== undefined) {
      throw new UsageError(`--sweep does not go together with ${flag}`);
    }
  }
}
