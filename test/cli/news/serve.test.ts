import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { test } from "node:test";
import { ask } from "../../support/ask.js";
import { html } from "../../support/news/test-page.js";
import { startOrigin } from "../../support/origin.js";
import { startLab } from "../../support/running-lab.js";
import { until } from "../../support/until.js";

async function startNews(t: Parameters<typeof startLab>[0], ...sites: string[]) {
  const running = startLab(t, ["news", "--serve", "--port", "0", "--site", ...sites]);
  const [url = ""] = /http\S+/.exec(await running.line(/^Serving on/)) ?? [];
  return { running, url };
}

test("lab news --serve asks each site once, however many read", async (t) => {
  const body = html(`<h1><a href="/1">One</a></h1>`);
  const origin = await startOrigin(t, (_, response) => setTimeout(() => response.end(body), 50));
  const { running, url } = await startNews(t, origin.url);
  assert.equal(origin.requests.length, 0);
  const replies = await Promise.all(Array.from({ length: 50 }, () => ask(url)));
  replies.push(await ask(url));
  assert.deepEqual([new Set(replies.map((reply) => reply.body)).size, origin.requests.length], [1, 1]);
  assert.match(replies[0]?.body ?? "", />One<\/a>/);
  assert.equal(await running.stop("SIGINT"), 0);
});

test("lab news --serve stands behind the gate, with the policy of its page", async (t) => {
  const { url } = await startNews(t, "http://127.0.0.1:1/");
  assert.equal((await reply(url, { headers: { host: "evil.test" } })).statusCode, 403);
  assert.equal((await reply(url, { method: "POST" })).statusCode, 405);
  assert.equal((await reply(`${url}/more`)).statusCode, 404);
  assert.equal((await reply(new URL("/", url))).headers.location, "/news");
  const { "content-security-policy": policy } = (await reply(url)).headers;
  assert.match(String(policy), /^default-src 'none'; style-src 'sha256-[^']+'; .*; frame-ancestors 'none'$/);
  assert.match((await ask(url)).body, /<p class="failed"><strong>refused<\/strong>/); // the page is there nevertheless
});

test("lab news --serve ends with 0 on SIGTERM while a reader waits for a site that hangs", async (t) => {
  const origin = await startOrigin(t, () => {});
  const { running, url } = await startNews(t, origin.url);
  const reading = ask(url).then(
    ({ status }) => status,
    () => "cut",
  );
  await until("a request", () => origin.requests.length > 0);
  assert.equal(await running.stop("SIGTERM"), 0);
  assert.ok([503, "cut"].includes(await reading));
});

async function reply(url: string | URL, options: RequestOptions = {}): Promise<IncomingMessage> {
  const [response] = await once(request(url, { agent: false, ...options }).end(), "response");
  return (response as IncomingMessage).resume();
}
