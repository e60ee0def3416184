import type { BrowserEvent, SourceEvent } from "../labs/news/news-sites.js";
import type { ServeNewsEvent } from "../labs/news/serve.js";
import type { SiteReport } from "../labs/news/site.js";
import type { NewsEvent } from "../labs/news.js";
import { fit } from "../terminal/cells.js";
import { Progress } from "../terminal/progress.js";
import { counted } from "../text/counted.js";
import { printable } from "../text/printable.js";
import type { CommandContext, CommandDefinition } from "./kit/command-definition.js";
import { BadValue, flag, option } from "./kit/option.js";
import type { Output } from "./kit/output.js";
import { leaveWithoutLookups, prepareToFetch } from "./kit/process-setup.js";
import { UsageError } from "./kit/usage-error.js";
import { oneOf, shown, wholeNumber } from "./kit/values.js";
import { checkWritable, writePage } from "./news/page-file.js";

interface NewsCommandOptions {
  site?: URL[];
  select?: string;
  out?: string;
  compare?: boolean;
  serve?: boolean;
  port?: number | undefined;
  render: "none" | "chromium";
}

type PageEvent = Extract<NewsEvent, { type: "page" }>;

const mostSites = 32; // asked at a time
const mostShown = 5; // headlines of a site on a terminal

const command: CommandDefinition<NewsCommandOptions> = {
  options: [
    option("--site <url...>", "pages and feeds to read, at most 32 (default: sites of its own)", siteUrl),
    option("--select <css>", "headlines of an HTML page (default: links of headings); feeds need none", selector),
    option("--out <file>", "file for the page: a column and a colour per site", file),
    flag("--compare", "ask once more, one after another; its own sites are always compared"),
    flag("--serve", "serve the page at /news, at most 10 s old"),
    option("--port <number>", "port of --serve, or 0 for any free one (default: 8080)", wholeNumber(0, 65_535)),
    option("--render <how>", "run the scripts of pages: none or chromium", oneOf("none", "chromium"), "none"),
  ],
  examples: ["lab news --out news.html", "lab news --site http://127.0.0.1:8080/news/wire.xml --json"],
  prepare: prepareToFetch,
  async run(options, context) {
    await checkOptions(options);
    leaveWithoutLookups(context);
    await (options.serve ? serveNewsPage(options, context) : readNews(options, context));
  },
};
export default command;

async function readNews(
  { site: sites, select, out: path, compare, render }: NewsCommandOptions,
  { signal, out }: CommandContext,
) {
  if (path !== undefined) await checkWritable(path);
  const { news, ownSites } = await import("../labs/news.js");
  const progress = new Progress((sites?.length ?? ownSites) * (sites && !compare ? 1 : 2));
  const emit = async (event: NewsEvent) => {
    if (event.type === "asked") return progress.step(event.ok);
    if (event.type !== "page") return note(event, out);
    progress.clear();
    if (path !== undefined) await writePage(path, event.html);
    for (const line of path === undefined ? siteLines(event, out) : writtenLines(event, path, out)) out.line(line);
  };
  const report = await news({ sites, select, compare, render: render === "chromium" }, { signal, emit }).finally(() =>
    progress.clear(),
  );
  const { findings, undecided } = report;
  out.report(report, () => [], { findings, undecided, failed: report.sites.some(({ ok }) => !ok) });
}

async function serveNewsPage(
  { site: sites, select, port = 8080, render }: NewsCommandOptions,
  { signal, out }: CommandContext,
) {
  const { serveNews } = await import("../labs/news/serve.js");
  const emit = (event: ServeNewsEvent) => {
    if (event.type !== "listening") note(event, out);
    else if (out.json) out.report(event, () => []);
    else out.line(`Serving on ${event.url} until Ctrl-C`);
  };
  await serveNews({ sites, select, port, render: render === "chromium" }, { signal, emit });
}

function note(event: SourceEvent | BrowserEvent, out: Output): void {
  if (event.type === "source") out.note(`Asking the embedded sites at ${event.url}; --site asks others`);
  else if (event.unsafe) out.note(`Chromium runs without its sandbox: ${event.unsafe}`);
}

function* writtenLines({ sites, seconds }: PageEvent, path: string, out: Output): Iterable<string> {
  const count = sites.reduce((sum, { headlines }) => sum + headlines.length, 0);
  yield `${printable(path)}: ${counted(count, "headline")} from ${counted(sites.length, "site")} in ${inSeconds(seconds)}`;
  for (const site of sites) if (site.error) yield failure(site, out);
}

/** Each site with the first of its headlines. */
function* siteLines({ sites, seconds }: PageEvent, out: Output): Iterable<string> {
  const { title: bold, dim } = out.palette;
  for (const site of sites) {
    const { title, ms, headlines, error, rendered, missed = 0 } = site;
    const by = rendered ? `, rendered; plain fetching missed ${missed}` : "";
    if (error) yield failure(site, out);
    else yield `${bold(printable(title))} ${dim(`${counted(headlines.length, "headline")}, ${ms} ms${by}`)}`;
    for (const headline of headlines.slice(0, mostShown)) yield fit(`  ${printable(headline.title)}`, out.width);
    const more = headlines.length - mostShown;
    if (more > 0) yield dim(`  and ${more} more; --out or --json has all`);
  }
  yield `\n${counted(sites.length, "site")} at once in ${inSeconds(seconds)}`;
}

function failure({ url, error }: SiteReport, { palette }: Output): string {
  return `${palette.bad("✘")} ${printable(url)}: ${error?.class}: ${printable(error?.message ?? "")}`;
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

async function checkOptions({ site: sites, select, serve, out, compare, port }: NewsCommandOptions): Promise<void> {
  const excluded = out !== undefined ? "--out" : compare ? "--compare" : undefined;
  if (serve && excluded) throw new UsageError(`--serve and ${excluded} exclude each other`);
  if (!serve && port !== undefined) throw new UsageError("--port goes with --serve");
  checkSites(sites);
  if (select !== undefined) await checkSelect(select, sites);
}

function checkSites(sites: readonly URL[] = []): void {
  if (sites.length > mostSites) throw new UsageError(`--site takes at most ${mostSites} URLs, got ${sites.length}`);
  const twice = sites.find(({ href }, at) => sites.findIndex((site) => site.href === href) < at);
  if (twice) throw new UsageError(`--site must name each URL once, got ${shown(twice.href)} twice`);
}

async function checkSelect(select: string, sites: readonly URL[] | undefined): Promise<void> {
  if (!sites) throw new UsageError("--select goes with --site: the command knows the layout of its own sites");
  const { isSelector } = await import("../labs/news/html.js");
  if (!isSelector(select)) throw new UsageError(`--select must be a CSS selector such as "h2 a", got ${shown(select)}`);
}

function siteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new BadValue(`must be an http or https URL, got ${shown(text.replace(/\/\/.*@/, "//…@"))}`);
  }
  if (url.username || url.password) throw new BadValue("must not contain a user or a password");
  return url;
}

function selector(text: string): string {
  if (text.trim() === "" || text.length > 1000)
    throw new BadValue(`must be a CSS selector of 1 to 1000 characters, got ${shown(text)}`);
  return text;
}

function file(text: string): string {
  if (text === "" || text.includes("\0")) throw new BadValue(`must be a file, got ${shown(text)}`);
  return text;
}
