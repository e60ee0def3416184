import { excerpt } from "../../http/client/excerpt.js";
import { FetchError } from "../../http/client/fetch-error.js";
import { isoDate } from "./dates.js";
import type { FrontPage, Headline, SiteText } from "./headline.js";
import { linkTo } from "./links.js";
import { tidy } from "./text.js";

/** The headlines of a JSON Feed (jsonfeed.org). Throws FetchError of class `bad_body` for any other JSON, and for none. */
export function readJsonFeed({ url, text }: SiteText): FrontPage {
  const feed = parse(text);
  if (!isObject(feed) || !String(feed.version).includes("jsonfeed.org/version/") || !Array.isArray(feed.items)) {
    throw new FetchError("bad_body", `expected a JSON Feed, got ${excerpt(Buffer.from(text))}`);
  }
  return { title: tidy(asText(feed.title)), headlines: headlinesOf(feed.items, url) };
}

function* headlinesOf(items: readonly unknown[], base: URL): Iterable<Headline> {
  for (const item of items) yield* headlineOf(item, base);
}

function headlineOf(item: unknown, base: URL): Headline[] {
  if (!isObject(item)) return [];
  const title = tidy(asText(item.title));
  const url = linkTo(asText(item.url) || asText(item.external_url), base);
  const date = isoDate(asText(item.date_published) || asText(item.date_modified));
  return title && url ? [{ title, url: url.href, ...(date && { date }) }] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FetchError("bad_body", `expected JSON, got ${excerpt(Buffer.from(text))}`, { cause });
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
