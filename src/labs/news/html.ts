import { compile, selectAll } from "css-select";
import { isoDate } from "./dates.js";
import type { FrontPage, Headline, SiteText } from "./headline.js";
import { linkTo } from "./links.js";
import { type Element, isElement, type Node, parseMarkup, type Root, someElement } from "./markup.js";
import { textOf, tidy } from "./text.js";

/** Links inside headings, headings inside links, and links of the class `headline`. */
export const usualHeadlines = ":is(h1,h2,h3,h4) a[href], a[href] :is(h1,h2,h3,h4), a.headline";

/** Whether the text is a CSS selector that can be evaluated here. */
export function isSelector(text: string): boolean {
  try {
    selectAll<Node, Element>(compile<Node, Element>(text), parseMarkup("<p>"));
    return true;
  } catch {
    return false;
  }
}

/**
 * The headlines of an HTML page: the links that `selector` finds. An element that is no link stands for the first link
 * inside, or for the one around it. `dateOf` finds the date beside an element (default: no dates).
 */
export function readHtml(
  { url, text }: SiteText,
  selector: string,
  dateOf: (element: Element) => string | undefined = () => undefined,
): FrontPage {
  const page = parseMarkup(text);
  const base = baseOf(page, url);
  const title = someElement(page, ({ name }) => name === "title");
  const found = selectAll<Node, Element>(selector, page);
  return {
    title: title ? tidy(textOf(title)) : "",
    headlines: headlinesOf(found, base, dateOf),
  };
}

function* headlinesOf(
  found: readonly Element[],
  base: URL,
  dateOf: (element: Element) => string | undefined,
): Iterable<Headline> {
  for (const element of found) yield* headlineOf(element, base, dateOf(element));
}

/** The date of the `<time>` in the article around an element. */
export function dateInArticle(element: Element): string | undefined {
  const article = around(element, ({ name }) => name === "article");
  const time = article && someElement(article, ({ name, attribs }) => name === "time" && "datetime" in attribs);
  return isoDate(time?.attribs.datetime);
}

function headlineOf(element: Element, base: URL, date: string | undefined): Headline[] {
  const inside = isLink(element) ? element : someElement(element, isLink);
  const link = inside ?? around(element, isLink);
  const href = link?.attribs.href?.trim() ?? "#";
  const url = href.startsWith("#") ? undefined : linkTo(href, base); // a place on the page itself is no story
  const title = tidy(textOf(inside ?? element));
  return title && url ? [{ title, url: url.href, ...(date && { date }) }] : [];
}

function isLink({ name, attribs }: Element): boolean {
  return name === "a" && "href" in attribs;
}

/** The nearest element around `element` that passes the test. */
function around(element: Element, test: (element: Element) => boolean): Element | undefined {
  for (let at = element.parent; at; at = at.parent) if (isElement(at) && test(at)) return at;
  return undefined;
}

/** The URL that links are relative to: that of the first `<base href>`, which may itself be relative. */
function baseOf(page: Root, url: URL): URL {
  const base = someElement(page, ({ name, attribs }) => name === "base" && "href" in attribs);
  return linkTo(base?.attribs.href ?? "", url) ?? url;
}
