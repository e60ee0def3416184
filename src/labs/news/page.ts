import { createHash } from "node:crypto";
import { counted } from "../../text/counted.js";
import type { Headline } from "./headline.js";
import { style } from "./page-style.js";
import type { SiteReport } from "./site.js";

const styleHash = createHash("sha256").update(style).digest("base64");

/** Nothing but our own style: no script, no image, no frame, no form. It holds as a header and inside the page. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** A site as the page shows it. `isAsked`: it has not answered yet. */
export type ShownSite = Pick<SiteReport, "url" | "title" | "headlines" | "error"> & { isAsked?: boolean };

const reloadSeconds = 2; // while a site is being asked

/** The page of all sites: a column and a colour for each. A failed site has a note in its column. */
export function newsPage(sites: readonly ShownSite[], madeAt: Date): string {
  const count = sites.reduce((sum, { headlines }) => sum + headlines.length, 0);
  const made = madeAt.toISOString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${sites.some(({ isAsked }) => isAsked) ? `<meta http-equiv="refresh" content="${reloadSeconds}">\n` : ""}<meta name="referrer" content="no-referrer">
<title>News</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>News</h1>
<p>${counted(count, "headline")} from ${counted(sites.length, "site")}, <time datetime="${made}">${made.slice(0, 16).replace("T", " ")} UTC</time></p>
</header>
<main>
${sites.map(column).join("\n")}
</main>
</body>
</html>
`;
}

function column(site: ShownSite): string {
  const { title, url, headlines } = site;
  const note = noteOf(site);
  const list = headlines.length > 0 ? `<ol>\n${headlines.map(item).join("\n")}\n</ol>` : "";
  return `<section>\n<h2 dir="auto"><a href="${escaped(url)}">${escaped(title)}</a></h2>\n${note}${list}\n</section>`;
}

function noteOf({ error, headlines, isAsked }: ShownSite): string {
  if (isAsked) return `<p class="none">Still asking</p>\n`;
  if (error) return `<p class="failed"><strong>${escaped(error.class)}</strong> ${escaped(error.message)}</p>\n`;
  return headlines.length === 0 ? `<p class="none">No headlines here</p>\n` : "";
}

function item({ title, url, date }: Headline): string {
  const day = date ? ` <time datetime="${escaped(date)}">${escaped(date.slice(0, 10))}</time>` : "";
  return `<li dir="auto"><a href="${escaped(url)}">${escaped(title)}</a>${day}</li>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Foreign text for a place between tags or in quotes. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}
