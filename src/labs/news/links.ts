const longestUrl = 2048; // characters

/**
 * The URL that a link leads to, relative to `base`. Undefined for other protocols than http and https, such as
 * `javascript:`, and for URLs of more than 2,048 characters.
 */
export function linkTo(link: string, base: URL): URL | undefined {
  if (link.length > longestUrl || !URL.canParse(link, base.href)) return undefined;
  const url = new URL(link, base);
  return isWeb(url) && url.href.length <= longestUrl ? url : undefined;
}

function isWeb({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

/** The same text for two URLs of one story: without its fragment and its `utm_*` parameters. */
export function storyKey(href: string): string {
  const url = new URL(href);
  url.hash = "";
  const kept = url.search
    .slice(1)
    .split("&")
    .filter((pair) => !/^utm_/i.test(pair));
  url.search = kept.join("&");
  return url.href;
}
