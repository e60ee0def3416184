import type { FixtureReply } from "../fixture-reply.js";
import { articlePage, feed, listPage, script, scriptPage, storyPage } from "./pages.js";
import { courier, daily, live, newsSites, slow, slowMs, wire } from "./sites.js";

/** The front pages, the files of Live and the stories, by path. */
const replies: ReadonlyMap<string, FixtureReply> = new Map([
  [daily.path, html(listPage(daily))],
  [courier.path, html(articlePage(courier))],
  [wire.path, ok("application/rss+xml", feed(wire))],
  [live.path, html(scriptPage(live))],
  ["/news/live.js", ok("text/javascript", script)],
  ["/news/live.json", ok("application/json", JSON.stringify(live.stories))],
  [slow.path, { ...html(listPage(slow)), delayMs: slowMs }],
  ...newsSites.flatMap((site) => site.stories.map((story) => [story.path, html(storyPage(site, story))] as const)),
]);

/** The reply to a path under `/news/`. Undefined if there is no such page. */
export function newsReply(path: string): FixtureReply | undefined {
  return replies.get(path);
}

function html(body: string): FixtureReply {
  return ok("text/html", body);
}

function ok(type: string, body: string): FixtureReply {
  return { status: 200, type: `${type}; charset=utf-8`, body };
}
