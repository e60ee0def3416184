import { isoDate } from "./dates.js";
import type { FrontPage, Headline, SiteText } from "./headline.js";
import { linkTo } from "./links.js";
import { childrenOf, type Element, isElement, parseMarkup } from "./markup.js";
import { hasMarkup, textOf, textOfHtml, tidy } from "./text.js";

/** The names of a feed's elements, with the prefix of their namespace. */
interface Format {
  prefix: string;
  headlineOf(item: Element, url: URL): Headline | undefined;
}

const rss1 = [
  "http://purl.org/rss/1.0/",
  "http://my.netscape.com/rdf/simple/0.9/",
  "http://channel.netscape.com/rdf/simple/0.9/",
];

/** The headlines of an RSS 0.9x, 1.0 or 2.0 feed, or of an Atom feed. Undefined if the text is no feed. */
export function readFeed({ url, text }: SiteText): FrontPage | undefined {
  const start = rootAt(text);
  const [, prefix = "", name] = /^<([\w.-]+:)?(rss|RDF|feed)[\s>]/i.exec(text.slice(start, start + 100)) ?? [];
  if (name === undefined) return undefined;
  const kind = name.toLowerCase();
  const root = parseMarkup(text.slice(start), { isXml: true }).children.find(isElement);
  if (!root) return undefined;
  if (kind === "feed") return read(root, root, "entry", atom(prefix), url);
  const format = rss(kind === "rdf" ? prefixFor(root, rss1) : prefix);
  const channel = childrenOf(root, `${format.prefix}channel`)[0] ?? root;
  return read(kind === "rdf" ? root : channel, channel, "item", format, url); // RSS 1.0 has its items beside the channel
}

function read(parent: Element, channel: Element, item: string, format: Format, url: URL): FrontPage {
  const items = childrenOf(parent, `${format.prefix}${item}`);
  const more = parent === channel ? [] : childrenOf(channel, `${format.prefix}${item}`); // RSS 0.9 in either place
  const [title] = childrenOf(channel, `${format.prefix}title`);
  return { title: title ? titleOf(title) : "", headlines: headlinesOf([...items, ...more], format, url) };
}

function* headlinesOf(items: readonly Element[], format: Format, url: URL): Iterable<Headline> {
  for (const item of items) {
    const headline = format.headlineOf(item, url);
    if (headline) yield headline;
  }
}

function rss(prefix: string): Format {
  return {
    prefix,
    headlineOf(item, url) {
      const first = (name: string) => childrenOf(item, name).find((element) => textOf(element).trim() !== "");
      const guid = childrenOf(item, `${prefix}guid`).find(isPermalink);
      const link = first(`${prefix}link`) ?? guid;
      const date = first(`${prefix}pubDate`) ?? first("dc:date");
      return link && headline(first(`${prefix}title`), linkTo(textOf(link).trim(), baseOf(link, url)), date);
    },
  };
}

/** Whether a guid is the URL of its story. Many are numbers or sentences without saying so. */
function isPermalink(guid: Element): boolean {
  const isDenied = Object.entries(guid.attribs).some(
    ([name, value]) => /^isPermaLink$/i.test(name) && /^false$/i.test(value),
  );
  return !isDenied && /^\s*https?:\/\//i.test(textOf(guid));
}

function atom(prefix: string): Format {
  return {
    prefix,
    headlineOf(entry, url) {
      const [title] = childrenOf(entry, `${prefix}title`);
      const links = childrenOf(entry, `${prefix}link`);
      const link = links.find(({ attribs: { rel = "alternate" } }) => rel === "alternate") ?? links[0];
      const [date] = ["published", "issued", "updated", "modified"].flatMap((name) => childrenOf(entry, prefix + name));
      return link && headline(title, linkTo(link.attribs.href ?? "", baseOf(link, url)), date);
    },
  };
}

function headline(title: Element | undefined, url: URL | undefined, dated: Element | undefined): Headline | undefined {
  const text = title && titleOf(title);
  const date = isoDate(dated && textOf(dated));
  return text && url ? { title: text, url: url.href, ...(date && { date }) } : undefined;
}

/**
 * The text of a title. Atom names its type: text, html or xhtml. In RSS it is html if it has markup. The entities of
 * its plain text are decoded once: by XML, or inside CDATA, where XML decodes none, as those of HTML.
 */
function titleOf(title: Element): string {
  const { type = "" } = title.attribs;
  const text = textOf(title);
  if (type === "xhtml") return tidy(text);
  const isHtml = type.includes("html") || (type === "" && hasMarkup(text));
  if (isHtml) return tidy(textOfHtml(text));
  const isRawInCdata = type === "" && title.children.some((child) => child.type === "cdata");
  return tidy(isRawInCdata ? textOfHtml(text.replaceAll("<", "&lt;")) : text);
}

/** The URL that links inside an element are relative to: `xml:base`, which may itself be relative to the one around it. */
function baseOf(element: Element, url: URL): URL {
  const around = element.parent && isElement(element.parent) ? baseOf(element.parent, url) : url;
  const base = element.attribs["xml:base"];
  return base === undefined ? around : (linkTo(base, around) ?? around);
}

function prefixFor(root: Element, namespaces: readonly string[]): string {
  const [name = "xmlns"] = Object.entries(root.attribs).find(([, value]) => namespaces.includes(value)) ?? [];
  return name === "xmlns" ? "" : `${name.replace("xmlns:", "")}:`;
}

/**
 * Where the first element begins: behind the XML declaration, comments, and a DTD, which is not read. Up to 1,024 characters
 * of other text may come before them, such as a warning of the server's program.
 */
function rootAt(text: string): number {
  const prologue = /\s*(?:<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^[>]*(?:\[[\s\S]*?\]\s*)?>)\s*|\s+/iy;
  const feedAt = text.slice(0, 1024).search(/<\?xml\s|<rss\s|<rdf:RDF\s|<feed\s/i);
  const isPage = /<html|<!doctype html/i.test(text.slice(0, Math.max(0, feedAt)));
  let at = isPage ? 0 : Math.max(0, feedAt);
  prologue.lastIndex = at;
  while (prologue.test(text)) at = prologue.lastIndex;
  return at;
}
