import type { Finding, LabContext, Undecided } from "./lab.js";
import { askSites, type Round } from "./news/ask-sites.js";
import { compareRendered, compareRounds } from "./news/finding.js";
import { type BrowserEvent, mostSites, type NewsSource, type SourceEvent, withSites } from "./news/news-sites.js";
import { newsPage } from "./news/page.js";
import type { SiteReport } from "./news/site.js";

export { ownSites } from "./news/own-sites.js";

export interface NewsOptions extends NewsSource {
  /** Ask them once more, one after another. The lab's own sites are compared anyway. */
  compare?: boolean | undefined;
}

export interface NewsReport {
  sites: SiteReport[];
  /** Time of all sites at once. */
  seconds: number;
  findings: Finding[];
  undecided: Undecided[];
}

export type NewsEvent =
  | SourceEvent
  | BrowserEvent
  | { type: "asked"; ok: boolean }
  /** All sites have been asked at once. The comparison follows. */
  | { type: "page"; sites: SiteReport[]; seconds: number; html: string };

/**
 * Scraping the news: ask several sites at once, read the headlines of each, and make one page of them. A site that fails
 * is a report. `concurrency` is that of the round at once (default: all).
 */
export function news(
  options: NewsOptions,
  { signal, emit }: LabContext<NewsEvent>,
  { concurrency = mostSites }: { concurrency?: number } = {},
): Promise<NewsReport> {
  return withSites(options, { signal, emit }, async (sites, renderer) => {
    const onSite = ({ ok }: SiteReport) => void emit?.({ type: "asked", ok });
    const atOnce = await askSites(sites, { concurrency, signal, renderer, onSite });
    await emit?.({ type: "page", ...plain(atOnce), html: newsPage(atOnce.sites, new Date()) });
    if (!options.compare && options.sites) return { ...plain(atOnce), findings: [], undecided: [] };
    const oneByOne = await askSites(sites, { concurrency: 1, signal, renderer, onSite });
    const { findings, undecided } = compareRounds(atOnce, oneByOne);
    if (renderer && !options.sites) findings.unshift(compareRendered(atOnce.sites));
    return { ...plain(atOnce), findings, undecided };
  });
}

function plain({ sites, seconds }: Round): Pick<NewsReport, "sites" | "seconds"> {
  return { sites, seconds };
}
