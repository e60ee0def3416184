import type { Headline } from "./headline.js";
import { storyKey } from "./links.js";

const mostHeadlines = 200; // of a site

/** The first 200 headlines of a site, each story once, in its order. */
export function firstStories(headlines: Iterable<Headline>): Headline[] {
  const stories = new Map<string, Headline>();
  for (const headline of headlines) {
    const key = storyKey(headline.url);
    if (!stories.has(key)) stories.set(key, headline);
    if (stories.size === mostHeadlines) break;
  }
  return [...stories.values()];
}

/** The sites without stories that an earlier one has. The order of the list decides, not that of the answers. */
export function withoutDuplicates<T extends { headlines: Headline[] }>(sites: readonly T[]): T[] {
  const seen = new Set<string>();
  return sites.map((site) => {
    const headlines = site.headlines.filter(({ url }) => seen.size < seen.add(storyKey(url)).size);
    return { ...site, headlines };
  });
}

/** The number of stories that only the second list has. */
export function missedStories(fetched: readonly Headline[], rendered: readonly Headline[]): number {
  const known = new Set(fetched.map(({ url }) => storyKey(url)));
  return rendered.filter(({ url }) => !known.has(storyKey(url))).length;
}
