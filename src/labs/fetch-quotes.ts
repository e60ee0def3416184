import { mapConcurrent } from "../concurrency/index.js";
import { Connections } from "../http/client/connections.js";
import { FetchError } from "../http/client/fetch-error.js";
import { fetchOne } from "../http/client/fetch-one.js";
import { startQuoteServer } from "../http/origin/quote-server.js";
import { parseQuote } from "./fetch-quotes/quote-reply.js";
import type { Finding, LabContext } from "./lab.js";

export type Mode = "concurrent" | "sequential";

export interface FetchQuotesOptions {
  categories: readonly string[];
  /** Requests in flight at a time; 1 is one after another. */
  concurrency: number;
  /** A quote server, without a slash at the end. Without it, the lab starts one of its own. */
  baseUrl?: string | undefined;
  /** Sent as a Bearer token to `baseUrl`, but to no other origin that it redirects to. */
  apiKey?: string | undefined;
  /** Latency of the lab's own server, in milliseconds. */
  latencyMs: number;
  timeoutMs: number;
  retries: number;
}

export interface QuoteReport {
  category: string;
  quote: string | null;
  author: string | null;
  status: number | null;
  ms: number;
  error?: { class: string; message: string };
}

export interface FetchQuotesReport {
  /** `"embedded"`, or the base URL. */
  source: string;
  mode: Mode;
  sites: number;
  ok: number;
  failed: number;
  seconds: number;
  quotes: QuoteReport[];
}

export interface CompareReport {
  sequential: FetchQuotesReport;
  concurrent: FetchQuotesReport;
  /** Null if the run was too quick to measure. */
  speedup: number | null;
  findings: Finding[];
}

export type FetchQuotesEvent = { type: "source"; url: string } | { type: "fetched"; mode: Mode };

type Context = LabContext<FetchQuotesEvent>;

const maxBody = 2 ** 20; // bytes; a thousand at a time fit into memory

/** The complete example of the notes: one quote of each category. A category that fails is a report, not an error. */
export function fetchQuotes(mode: Mode, options: FetchQuotesOptions, context: Context): Promise<FetchQuotesReport> {
  return withSource(options, context, (url) => fetchAll(url, mode, options, context));
}

/** The same list one after another, then at once: the time that overlapping saves. */
export function compareQuotes(options: FetchQuotesOptions, context: Context): Promise<CompareReport> {
  return withSource(options, context, async (url) => {
    const sequential = await fetchAll(url, "sequential", options, context);
    const concurrent = await fetchAll(url, "concurrent", options, context);
    const speedup = concurrent.seconds > 0 ? Math.round((sequential.seconds / concurrent.seconds) * 100) / 100 : null;
    return { sequential, concurrent, speedup, findings: speedupFindings(sequential, concurrent, options.concurrency) };
  });
}

/** Call `fetch` with the base URL. The lab's own server lives as long as that call. */
async function withSource<T>(
  { baseUrl, latencyMs }: FetchQuotesOptions,
  { emit }: Context,
  fetch: (url: string) => Promise<T>,
): Promise<T> {
  if (baseUrl !== undefined) return fetch(baseUrl);
  const server = await startQuoteServer({ latencyMs });
  try {
    emit?.({ type: "source", url: server.url });
    return await fetch(server.url);
  } finally {
    await server.close();
  }
}

async function fetchAll(
  url: string,
  mode: Mode,
  options: FetchQuotesOptions,
  { signal, emit }: Context,
): Promise<FetchQuotesReport> {
  const concurrency = mode === "sequential" ? 1 : options.concurrency;
  const connections = new Connections(concurrency);
  const start = performance.now();
  try {
    const quotes = await mapConcurrent(
      options.categories,
      async (category, _index, own) => {
        const report = await fetchQuote(url, category, { ...options, connections, signal: own });
        emit?.({ type: "fetched", mode });
        return report;
      },
      { concurrency, signal },
    );
    const ok = quotes.filter(({ error }) => error === undefined).length;
    const seconds = Math.round(performance.now() - start) / 1000;
    const source = options.baseUrl ?? "embedded";
    return { source, mode, sites: quotes.length, ok, failed: quotes.length - ok, seconds, quotes };
  } finally {
    await connections.close();
  }
}

type RequestOptions = FetchQuotesOptions & { connections: Connections; signal: AbortSignal };

async function fetchQuote(base: string, category: string, options: RequestOptions): Promise<QuoteReport> {
  const { apiKey } = options;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const url = new URL(`${base}/qod?category=${encodeURIComponent(category)}`);
  const start = performance.now();
  const report = (
    status: number | undefined,
    outcome: Pick<QuoteReport, "quote" | "author" | "error">,
  ): QuoteReport => {
    const { quote, author, ...error } = outcome;
    return { category, quote, author, status: status ?? null, ms: Math.round(performance.now() - start), ...error };
  };
  const { reply, error } = await fetchOne({ url, headers }, { ...options, maxBody });
  try {
    if (error) throw apiKey === undefined ? error : withoutExcerpt(error);
    const { quote, author } = parseQuote({ ...reply, body: withoutKey(reply.body, apiKey) });
    return report(reply.status, { quote, author });
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return report(error.status, { quote: null, author: null, error: { class: error.class, message: error.message } });
  }
}

/** A server may echo the key. It is taken out before anything is read from the body, in every form JSON has for it. */
function withoutKey(body: Buffer, key: string | undefined): Buffer {
  return key ? Buffer.from(body.toString("latin1").replace(inJson(key), "[key]"), "latin1") : body;
}

function inJson(key: string): RegExp {
  const written = [...key].map((char) => {
    const code = char.charCodeAt(0).toString(16).padStart(4, "0");
    const either = code.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
    return `(?:${char === "/" ? "\\\\?/" : char.replace(/[.+]/, "\\$&")}|\\\\u${either})`;
  });
  return new RegExp(written.join(""), "g");
}

/** The error of a reply that is no HTTP quotes its beginning, which may be the key. */
function withoutExcerpt({ class: errorClass, message, status, cause }: FetchError): FetchError {
  return new FetchError(errorClass, message.replace(/, got ".*/, ""), { status, cause });
}

/** No claim if there is nothing to overlap, or if something failed: a refused connection takes no time at all. */
function speedupFindings(sequential: FetchQuotesReport, concurrent: FetchQuotesReport, concurrency: number): Finding[] {
  const { sites, seconds } = sequential;
  if (sites === 1 || concurrency === 1 || sequential.failed + concurrent.failed > 0) return [];
  return [
    {
      claim: `Waiting for ${sites} sites at once takes a fraction of the time of waiting for one after another`,
      measured: `${concurrent.seconds.toFixed(2)} s against ${seconds.toFixed(2)} s`,
      holds: concurrent.seconds < (seconds * 2) / 3,
    },
  ];
}
