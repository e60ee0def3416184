import { excerpt } from "../../http/client/excerpt.js";
import { FetchError } from "../../http/client/fetch-error.js";
import { isoDate } from "./dates.js";
import type { FrontPage, Headline, SiteText } from "./headline.js";
import { linkTo } from "./links.js";
import { tidy } from "./text.js";

/** The headlines of a JSON Feed (jsonfeed.org). Throws FetchError of class `bad_body` for any other JSON, and for none. */
export function readJsonFeed({ url, text }: SiteText): FrontPage {
  const feed = parse(text);
  if (!isObject(feed) || !asText(feed.version).includes("jsonfeed.org/version/") || !Array.isArray(feed.items)) {
    throw new FetchError("bad_body", `expected a JSON Feed, got ${excerpt(Buffer.from(text.slice(0, 200)))}`);
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

const mostLevels = 256;

function parse(text: string): unknown {
  if (levelsOf(text) > mostLevels) throw new FetchError("bad_body", `expected JSON of at most ${mostLevels} levels`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FetchError("bad_body", `expected JSON, got ${excerpt(Buffer.from(text.slice(0, 200)))}`, { cause });
  }
}

/** How deep objects and lists are nested. JSON.parse() would take 60 MiB for a million levels. */
function levelsOf(json: string): number {
  let [levels, deepest, isInText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') isInText = !isInText;
    else if (isInText)
      at += char === "\\" ? 1 : 0; // what is escaped, a quote for example, ends nothing
    else if (char === "[" || char === "{") deepest = Math.max(deepest, ++levels);
    else if (char === "]" || char === "}") levels--;
  }
  return deepest;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
