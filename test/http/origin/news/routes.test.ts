import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { newsReply } from "../../../../src/http/origin/news/routes.js";
import { courier, daily, live, newsSites, slow, wire } from "../../../../src/http/origin/news/sites.js";

function bodyOf(path: string): string {
  return String(newsReply(path)?.body);
}

/** Like a browser: without tags, white space as one space, entities decoded. */
function textOf(html: string): string {
  const text = html.replace(/<!\[CDATA\[(.*?)\]\]>/g, (_all, inner) => inner.replaceAll("&", "&amp;"));
  return text
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .trim();
}

function linksOf(path: string, pattern: RegExp): { title: string; path: string }[] {
  const [, base = path] = /<base href="(.*?)"/.exec(bodyOf(path)) ?? [];
  return [...bodyOf(path).matchAll(pattern)].map(([, href = "", title = ""]) => ({
    title: textOf(title),
    path: new URL(href, `http://a${base}`).pathname,
  }));
}

function withoutDates(stories: readonly { title: string; path: string }[]) {
  return stories.map(({ title, path }) => ({ title, path }));
}

for (const [site, pattern] of [
  [daily, /<a class="headline" href="(.*?)">(.*?)<\/a>/g],
  [courier, /<h2><a href="(.*?)">(.*?)<\/a><\/h2>/gs],
  [slow, /<a class="headline" href="(.*?)">(.*?)<\/a>/g],
] as const) {
  test(`newsReply() of ${site.path} links its stories in order`, () => {
    assert.deepEqual(linksOf(site.path, pattern), withoutDates(site.stories));
  });
}

test("newsReply() of the feed has its stories, then one of The Daily", () => {
  const items = [...bodyOf(wire.path).matchAll(/<item><title>(.*?)<\/title><link>(.*?)<\/link><pubDate>(.*?)</g)];
  const found = items.map(([, title = "", path, date = ""]) => [textOf(title), path, new Date(date).toISOString()]);
  const expected = wire.stories.map(({ title, path, date }) => [title, path, date]);
  const [, , again] = daily.stories;
  const date = wire.stories.at(-1)?.date;
  assert.deepEqual(found, [...expected, [again?.title, `${again?.path}?utm_source=wire#top`, date]]);
});

test("newsReply() of Live leaves the headlines to its script", () => {
  assert.doesNotMatch(bodyOf(live.path), /<a /);
  assert.match(bodyOf(live.path), /src="\/news\/live.js"/);
  assert.match(bodyOf("/news/live.js"), /fetch\("\/news\/live.json"\)/);
  assert.deepEqual(JSON.parse(bodyOf("/news/live.json")), live.stories);
});

test("newsReply() delays only The Slow, by a second", () => {
  const delays = newsSites.map(({ path }) => newsReply(path)?.delayMs ?? 0);
  assert.deepEqual(delays, [0, 0, 0, 0, 1000]);
});

test("newsReply() has a page for each story, and no other", () => {
  for (const { stories } of newsSites) {
    for (const { title, path } of stories) assert.equal(textOf(/<h1>.*<\/h1>/.exec(bodyOf(path))?.[0] ?? ""), title);
  }
  for (const path of ["/news/daily/8", "/news/daily/", "/news/__proto__", "/news/"]) {
    assert.equal(newsReply(path), undefined, path);
  }
});
