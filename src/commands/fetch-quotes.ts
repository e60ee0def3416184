import type { CompareReport, FetchQuotesEvent, FetchQuotesReport } from "../labs/fetch-quotes.js";
import { Progress } from "../terminal/progress.js";
import { counted } from "../text/counted.js";
import { printable } from "../text/printable.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { BadValue, option, parseNamed } from "./kit/option.js";
import type { Output } from "./kit/output.js";
import { leaveWithoutLookups, prepareToFetch } from "./kit/process-setup.js";
import { duration, oneOf, positiveDuration, shown, wholeNumber } from "./kit/values.js";

interface FetchQuotesCommandOptions {
  baseUrl?: string;
  apiKey?: string;
  category: string[];
  mode: "concurrent" | "sequential" | "compare";
  concurrency: number;
  latency: number;
  timeout: number;
  retries: number;
}

const command: CommandDefinition<FetchQuotesCommandOptions> = {
  options: [
    option("--base-url <url>", "quote server (default: an embedded one)", baseUrl),
    option("--api-key <key>", "API key of the server; safer in QUOTES_API_KEY, as others can see arguments", apiKey),
    option("--category <name...>", "categories of the quotes", category).default(
      ["inspire", "management", "sports", "life", "funny", "love", "art", "students"],
      "the eight of the notes",
    ),
    option(
      "--mode <mode>",
      "order of the requests: concurrent, sequential or compare",
      oneOf("concurrent", "sequential", "compare"),
      "concurrent",
    ),
    option("--concurrency <number>", "requests in flight at a time", wholeNumber(1, 1024), "8"),
    option("--latency <duration>", "response time of the embedded server", duration, "300ms"),
    option("--timeout <duration>", "deadline of each request, retries included", positiveDuration, "10s"),
    option("--retries <number>", "retries of a request after a transient failure", wholeNumber(0, 100), "2"),
  ],
  examples: ["lab fetch-quotes", "lab fetch-quotes --mode compare --category art love life"],
  prepare: prepareToFetch,
  async run({ category: categories, mode, latency, timeout, apiKey: typedKey, ...rest }, { signal, out, defer }) {
    const key = typedKey ?? keyFromEnvironment();
    const options = { ...rest, apiKey: key, categories, latencyMs: latency, timeoutMs: timeout };
    const progress = new Progress(categories.length * (mode === "compare" ? 2 : 1));
    const emit = (event: FetchQuotesEvent) => {
      if (event.type === "fetched") progress.step();
      else out.note(`Asking the embedded quote server at ${event.url}; --base-url asks a real one`);
    };

    leaveWithoutLookups({ defer });
    const { fetchQuotes, compareQuotes } = await import("../labs/fetch-quotes.js"); // loading undici takes 20 ms
    if (mode === "compare") {
      const report = await compareQuotes(options, { signal, emit }).finally(() => progress.clear());
      const failed = report.sequential.failed + report.concurrent.failed > 0;
      out.report(report, () => compareLines(report, out), { findings: report.findings, failed });
    } else {
      const report = await fetchQuotes(mode, options, { signal, emit }).finally(() => progress.clear());
      out.report(report, () => reportLines(report, out), { failed: report.failed > 0 });
    }
  },
};
export default command;

function compareLines({ sequential, concurrent, speedup }: CompareReport, out: Output): string[] {
  return [
    `One after another: ${downloaded(sequential)}`,
    `All at once:       ${downloaded(concurrent)}${speedup ? `, ${speedup.toFixed(1)} times as fast` : ""}`,
    ...quoteLines(concurrent, out),
  ];
}

function reportLines(report: FetchQuotesReport, out: Output): string[] {
  return [downloaded(report), ...quoteLines(report, out)];
}

function downloaded({ sites, failed, seconds }: FetchQuotesReport): string {
  return `Downloaded ${counted(sites, "site")} in ${seconds.toFixed(2)} seconds${failed > 0 ? ` (${failed} failed)` : ""}`;
}

function quoteLines({ quotes }: FetchQuotesReport, { palette }: Output): string[] {
  const lines = quotes.map(({ category, quote, author, error }) => {
    if (error) return `${palette.bad("✘")} ${printable(category)}: ${error.class}: ${printable(error.message)}`;
    return `${printable(quote ?? "")} ${palette.dim(`- ${printable(author ?? "unknown")}`)}`;
  });
  return ["", palette.title("***** Quotes *****"), ...lines];
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new BadValue(`must be an http or https URL, got ${shown(withoutSecrets(text))}`);
  }
  if (url.username || url.password)
    throw new BadValue("must not contain a user or password; pass a key by QUOTES_API_KEY");
  if (url.search || url.hash)
    throw new BadValue(`must end with its path, without ? or #, got ${shown(withoutSecrets(text))}`);
  return url.href.replace(/\/+$/, "");
}

/** The URL without a password or query, which may hold a secret. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/.*@/, "//…@").replace(/[?#].*/, "?…");
}

/** A Bearer token (RFC 6750). The key is a secret, so the message does not repeat it. */
function apiKey(text: string): string {
  if (!/^[A-Za-z0-9._~+/-]{1,4096}={0,8}$/.test(text)) {
    throw new BadValue("must be a Bearer token: 1 to 4096 letters, digits or -._~+/, and = only at its end");
  }
  return text;
}

/** An empty QUOTES_API_KEY counts as none. */
function keyFromEnvironment(): string | undefined {
  const { QUOTES_API_KEY } = process.env;
  return QUOTES_API_KEY ? parseNamed("QUOTES_API_KEY", apiKey, QUOTES_API_KEY) : undefined;
}

function category(text: string): string {
  if (!/^[^\p{Cc}\p{Cs}]{1,100}$/u.test(text))
    throw new BadValue(`must be a name of 1 to 100 characters, got ${shown(text)}`);
  return text;
}
