import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { askSites } from "../../src/labs/news/ask-sites.js";
import { anySite } from "../../src/labs/news/post-process.js";
import type { SiteReport } from "../../src/labs/news/site.js";
import { type NewsEvent, news } from "../../src/labs/news.js";
import { encodings } from "../support/news/encodings.js";
import { feeds } from "../support/news/feeds.js";
import { hostile } from "../support/news/hostile.js";
import { pages } from "../support/news/pages.js";
import { servePages } from "../support/news/serve-pages.js";
import { html } from "../support/news/test-page.js";
import { torture } from "../support/news/torture.js";
import { startProgram } from "../support/program.js";
import { unlessBusy } from "../support/tries.js";

const { signal } = new AbortController();
const all = [...feeds, ...pages, ...encodings, ...hostile];

for (const page of [...all, ...torture]) {
  test(`news reads ${page.name}`, async () => {
    await using served = await servePages([page]);
    const [url] = served.urls as [URL];
    const { sites } = await askSites([{ url, postprocess: anySite(page.select) }], { concurrency: 1, signal });
    assert.deepEqual(shownAs(sites[0] as SiteReport), page.expected);
  });
}

test("news reads all these pages at once in 150 MiB", async (t) => {
  assert.ok(all.length >= 40);
  await using served = await servePages(all);
  const args = all.map(({ select }, nth) => [served.urls[nth], select].filter(Boolean).join(" "));
  const { stdout } = await startProgram("reads-news", args);
  const { sites, peakMiB } = JSON.parse(stdout) as { sites: SiteReport[]; peakMiB: number };
  t.diagnostic(`${all.length} pages, peak of ${peakMiB} MiB`);
  assert.deepEqual(
    sites.map(({ ok }) => ok),
    all.map(({ expected }) => Array.isArray(expected)),
  );
  assert.ok(peakMiB < 150, `${peakMiB} MiB`);
});

test("news drops a story that an earlier site has, whichever answers first", async () => {
  const story = html(`<h2><a href="http://story.test/1?utm_source=x">Story</a></h2>`);
  const late = (_request: unknown, response: { end(body: string): void }) => setTimeout(() => response.end(story), 100);
  await using served = await servePages([
    { name: "late", body: late, expected: [] },
    { name: "early", body: story.replace("utm_source=x", "").replace("Story", "Same"), expected: [] },
  ]);
  const { sites } = await news({ sites: served.urls }, { signal });
  assert.deepEqual(
    sites.map(({ headlines }) => headlines.map(({ title }) => title)),
    [["Story"], []],
  );
});

test("news finds at once faster than one after another, on its own sites", async (t) => {
  await unlessBusy(t, async () => {
    const events: NewsEvent[] = [];
    const { sites, findings, undecided } = await news({}, { signal, emit: (event) => void events.push(event) });
    const counts = sites.map(({ title, headlines }) => `${title}: ${headlines.length}`);
    assert.deepEqual(counts, ["The Daily: 8", "The Courier: 7", "The Wire: 5", "Live: 0", "The Slow: 4"]);
    assert.deepEqual([findings.map(({ holds }) => holds), undecided], [[true], []]);
    const kinds = events.map(({ type }) => type);
    assert.deepEqual(kinds, ["source", ...Array(5).fill("asked"), "page", ...Array(5).fill("asked")]);
  });
});

test("news's finding does not hold if the round at once is one after another", async () => {
  const { findings, undecided } = await news({}, { signal }, { concurrency: 1 });
  assert.deepEqual([findings.map(({ holds }) => holds), undecided], [[false], []]);
});

test("news makes no finding for a single site, or after a failure", async () => {
  const page = { name: "page", body: html(""), expected: [] };
  await using served = await servePages([page, { ...page, body: (_, response) => response.writeHead(500).end() }]);
  for (const sites of [served.urls.slice(0, 1), served.urls]) {
    const { findings, undecided } = await news({ sites, compare: true }, { signal });
    assert.deepEqual([findings, undecided], [[], []]);
  }
});

test("news rejects with its signal's reason while a site hangs", async () => {
  await using served = await servePages([{ name: "hang", body: () => controller.abort(reason), expected: [] }]);
  const controller = new AbortController();
  const reason = new Error("enough");
  await assert.rejects(news({ sites: served.urls }, { signal: controller.signal }), (error) => error === reason);
});

/** The headlines as the test pages write them, or the class of the error. */
function shownAs({ url, headlines, error }: SiteReport): readonly string[] | string {
  if (error) return error.class;
  const { origin } = new URL(url);
  return headlines.map((each) => [each.title, each.url.replace(origin, ""), each.date].filter(Boolean).join(" | "));
}
