import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { test } from "node:test";
import { ask } from "../../support/ask.js";
import { html } from "../../support/news/test-page.js";
import { startOrigin } from "../../support/origin.js";
import { startLab } from "../../support/running-lab.js";
import { unlessBusy } from "../../support/tries.js";
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
  assert.equal(origin.requests.length, 1);
  for (const { body: page } of replies) assert.match(page, />One<\/a>/);
  assert.equal(await running.stop("SIGINT"), 0);
});

test("lab news --serve stands behind the gate, with the policy of its page", async (t) => {
  const { url } = await startNews(t, "http://127.0.0.1:1/");
  assert.equal((await reply(url, { headers: { host: "evil.test" } })).statusCode, 403);
  assert.equal((await reply(url, { method: "POST" })).statusCode, 405);
  assert.equal((await reply(`${url}/more`)).statusCode, 404);
  assert.equal((await reply(new URL("/render.html?url=http://127.0.0.1:1/", url))).statusCode, 404);
  assert.equal((await reply(new URL("/", url))).headers.location, "/news");
  const { "content-security-policy": policy } = (await reply(url)).headers;
  assert.match(String(policy), /^default-src 'none'; style-src 'sha256-[^']+'; .*; frame-ancestors 'none'$/);
  assert.match((await ask(url)).body, /<p class="failed"><strong>refused<\/strong>/); // the page is there nevertheless
});

test("lab news --serve shows what is there while a site hangs, then its error", async (t) => {
  const hanging = await startOrigin(t, () => {});
  const fine = await startOrigin(t, (_, response) => response.end(html(`<h1><a href="/1">One</a></h1>`)));
  const { url } = await startNews(t, hanging.url, fine.url);
  const start = performance.now();
  const early = (await ask(url)).body;
  const ms = performance.now() - start;
  assert.match(early, /<p class="none">Still asking<\/p>[\s\S]*>One<\/a>/);
  assert.match(early, /<meta http-equiv="refresh" content="2">/);
  assert.ok(ms < 8000, `${ms} ms`); // the site hangs for 10 s
  await until("its error", async () => (await ask(url)).body.includes("<strong>timeout</strong>"));
  const late = (await ask(url)).body;
  assert.doesNotMatch(late, /Still asking|http-equiv="refresh"/);
  assert.match(late, />One<\/a>/);
});

test("lab news --serve answers a reader that waits for a site as it closes", async (t) => {
  const hanging = await startOrigin(t, () => {});
  const fine = await startOrigin(t, (_, response) => response.end(html(`<h1><a href="/1">One</a></h1>`)));
  const { running, url } = await startNews(t, hanging.url, fine.url);
  const reading = ask(url);
  await until("both requests", () => hanging.requests.length + fine.requests.length === 2);
  assert.equal(await running.stop("SIGTERM"), 0);
  const { status, body } = await reading;
  assert.equal(status, 200);
  assert.match(body, /Still asking[\s\S]*<\/html>\n$/);
});

test("lab news --serve answers a request on a kept connection as it closes, and closes it", (t) =>
  unlessBusy(t, async () => {
    const fine = await startOrigin(t, (_, response) => response.end(html(`<h1><a href="/1">One</a></h1>`)));
    const { running, url } = await startNews(t, fine.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const first = await reply(url, { agent });
    await once(first, "end");
    running.child.kill("SIGTERM");
    await until(
      "the port to close",
      async () =>
        !(await reply(url).then(
          () => true,
          () => false,
        )),
    );
    const last = await reply(url, { agent });
    assert.deepEqual([last.statusCode, last.headers.connection], [200, "close"]);
    assert.equal(await running.ended, 0);
  }));

async function reply(url: string | URL, options: RequestOptions = {}): Promise<IncomingMessage> {
  const [response] = await once(request(url, { agent: false, ...options }).end(), "response");
  return (response as IncomingMessage).resume();
}
