import { readFeed } from "./feed.js";
import type { PostProcess } from "./headline.js";
import { dateInArticle, readHtml, usualHeadlines } from "./html.js";
import { readJsonFeed } from "./json-feed.js";

/**
 * Reads any site: a feed by its content and not by its Content-Type, else an HTML page with the links that
 * `selector` finds (default: those of its headings, and those of class `headline`).
 */
export function anySite(selector: string = usualHeadlines): PostProcess {
  return (site) => {
    const feed = /^\s*\{/.test(site.text) ? readJsonFeed(site) : readFeed(site);
    return feed ? { ...feed, isFeed: true } : readHtml(site, selector);
  };
}

/** A page with its headlines in links of the class `headline`. */
export const listSite: PostProcess = (site) => readHtml(site, "a.headline");

/** A page of articles with dates. */
export const articleSite: PostProcess = (site) => readHtml(site, "article h2 a", dateInArticle);
