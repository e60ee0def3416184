import { rss, type TestPage } from "./test-page.js";

/** Documents of up to 2 MiB that would keep a careless reader computing for minutes. */
export const torture: readonly TestPage[] = [
  {
    name: "siblings without end",
    body: `<a href="/1">One</a>`.repeat(100_000),
    select: "a ~ a",
    expected: ["One | /1"],
  },
  {
    name: "a JSON Feed of no kind",
    body: `{"version":${"[".repeat(5000)}${"]".repeat(5000)},"items":[]}`,
    expected: "bad_body",
  },
  { name: "JSON without end", body: `{"a":${"[".repeat(1_000_000)}`, expected: "bad_body" },
  { name: "a DTD without end", body: `<!DOCTYPE rss [${"] ".repeat(900_000)}`, expected: [] },
  { name: "comments without end", body: "<!-- <? ".repeat(250_000), expected: [] },
  { name: "white space without end", body: `${" \n".repeat(900_000)}<rss`, expected: [] },
  {
    name: "titles of brackets",
    body: rss(`<item><title>${"&lt;b".repeat(1500)}</title><link>/</link></item>`.repeat(200)),
    expected: [`${"<b".repeat(150).slice(0, 299)}… | /`],
  },
];
