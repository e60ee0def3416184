import { daily, type NewsSite, type NewsStory } from "./sites.js";

/** The layout of The Daily: one list, each headline a link of class `headline`. */
export function listPage({ title, stories }: NewsSite): string {
  const items = stories.map((story) => `<li><a class="headline" href="${story.path}">${escaped(story.title)}</a></li>`);
  return page(title, `<ol>\n${items.join("\n")}\n</ol>`);
}

/** The layout of The Courier: `article h2 a`. The first word of a title is emphasised, a line break follows it. */
export function articlePage({ path, title, stories }: NewsSite): string {
  const articles = stories.map((story) => {
    const [first = "", ...rest] = escaped(story.title).split(" ");
    const link = `<a href="${story.path.slice(path.length + 1)}"><em>${first}</em>\n    ${rest.join(" ")}</a>`;
    return `<article>\n  <h2>${link}</h2>\n  <time datetime="${story.date}">${story.date?.slice(0, 10)}</time>\n</article>`;
  });
  const menu = `<nav><a href="/news/courier">Home</a> <a href="mailto:">Letters</a></nav>`;
  return page(title, `${menu}\n<main>\n${articles.join("\n")}\n</main>`, `<base href="${path}/">`);
}

/** The feed of The Wire, with relative links. Every other title is CDATA. */
export function feed({ path, title, stories }: NewsSite): string {
  const last = { ...(daily.stories[2] as NewsStory), date: stories.at(-1)?.date as string };
  const links = [...stories.map((story) => story.path), `${last.path}?utm_source=wire#top`];
  const items = [...stories, last].map((story, nth) => {
    const name = nth % 2 === 1 ? `<![CDATA[${story.title}]]>` : escaped(story.title);
    const date = new Date(story.date ?? "").toUTCString();
    return `<item><title>${name}</title><link>${links[nth]}</link><pubDate>${date}</pubDate></item>`;
  });
  const channel = `<title>${title}</title>\n<link>${path}</link>\n<description>Short news</description>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n${channel}\n${items.join("\n")}\n</channel></rss>\n`;
}

/** The page of Live. live.js fills the list. */
export function scriptPage({ title }: NewsSite): string {
  return page(title, `<ol id="headlines"></ol>\n<script type="module" src="/news/live.js"></script>`);
}

/** The script of Live: the headlines come as JSON, and each becomes a link of class `headline`. */
export const script = `const list = document.getElementById("headlines");
const reply = await fetch("/news/live.json");
for (const { title, path } of await reply.json()) {
  const link = Object.assign(document.createElement("a"), { className: "headline", href: path, textContent: title });
  list.append(document.createElement("li"));
  list.lastChild.append(link);
}
`;

/** A story: its title, and the way back. */
export function storyPage({ path, title }: NewsSite, story: NewsStory): string {
  return page(story.title, `<p><a href="${path}">${title}</a></p>`);
}

function page(title: string, body: string, head = ""): string {
  const name = escaped(title);
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n${head}<title>${name}</title>\n<h1>${name}</h1>\n${body}\n</html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
