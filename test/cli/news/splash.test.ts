import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { type TestContext, test } from "node:test";
import { ask } from "../../support/ask.js";
import { noChromium } from "../../support/browser.js";
import { disturbed, scripted } from "../../support/news/rough-pages.js";
import { startOrigin } from "../../support/origin.js";
import { noAiohttp, runAiohttp } from "../../support/python.js";
import { startLab } from "../../support/running-lab.js";
import { startServe } from "../../support/serve.js";

/** The notes' news_fetch, but for the port. */
const newsFetch = `
import asyncio, re, sys
from asyncio import create_task, gather
from aiohttp import ClientSession

async def news_fetch(url, postprocess):
    proxy_url = (
        f'http://localhost:{sys.argv[1]}/render.html?'
        f'url={url}&timeout=60&wait=1'
    )
    async with ClientSession() as session:
        async with session.get(proxy_url) as resp:
            data = await resp.read()
            data = data.decode('utf-8')
    return postprocess(url, data)

def articles(url, data):
    return re.findall(r'class="headline"[^>]*>([^<]*)', data)

async def main():
    sites = [(url, articles) for url in sys.argv[2:]]
    tasks = [create_task(news_fetch(*s)) for s in sites]
    for titles in await gather(*tasks):
        print(len(titles), *titles, sep='|')

asyncio.run(main())
`;

/** The notes' get_sites, but for the address. */
const getSites = `
from aiohttp import ClientSession
import asyncio
import sys

async def get_sites(sites):
    tasks = [asyncio.create_task(fetch_site(s)) for s in sites]
    return await asyncio.gather(*tasks)

async def fetch_site(url):
    async with ClientSession() as session:
        async with session.get(url) as resp:
            data = await resp.json()
    return data

categories = ["inspire", "management", "sports", "life", "funny", "love", "art", "students"]

sites = [
    f'{sys.argv[1]}/qod?category={category}' for category in categories
]
data = asyncio.run(get_sites(sites))
for response in data:
    quote = response['contents']['quotes'][0]
    text = quote.get('quote')
    author = quote.get('author')
    print(f'{text} - {author}')
`;

async function startRenderer(t: TestContext, ...sites: string[]) {
  const args = ["news", "--render", "chromium", "--serve", "--port", "0", "--site", ...sites];
  const running = startLab(t, args);
  const [url = ""] = /http\S+(?=\/news)/.exec(await running.line(/^Serving on/)) ?? [];
  const render = (query: string) => ask(`${url}/render.html?${query}`);
  return { running, url, port: new URL(url).port, render };
}

test("the notes' news_fetch gets rendered pages from lab news", { skip: noChromium || noAiohttp }, async (t) => {
  const { url, end } = await startServe(t, []);
  const sites = [`${url}/news/live`, `${url}/news/daily`];
  const { running, port } = await startRenderer(t, ...sites);
  const { stdout } = await runAiohttp(newsFetch, [port, ...sites]);
  const [live, daily] = stdout.split("\n");
  assert.match(live ?? "", /^6\|Balloon crosses the town hall\|/);
  assert.match(daily ?? "", /^8\|Gophers rename a bridge\|/);
  assert.equal(await running.stop("SIGTERM"), 0);
  await end("SIGTERM");
});

test("the notes' get_sites gets quotes from lab serve", { skip: noAiohttp }, async (t) => {
  const { url, end } = await startServe(t, []);
  const { stdout } = await runAiohttp(getSites, [url]);
  await end("SIGTERM");
  const lines = stdout.split("\n");
  assert.equal(lines.length, 8);
  for (const line of lines) assert.match(line, /^\S.* - \S/);
});

test("lab news --serve --render answers /render.html for the given sites only", { skip: noChromium }, async (t) => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const origin = await startOrigin(t, ({ url = "" }, response) => {
    if (url === "/opened") return void opened.then(() => response.end());
    if (url === "/gone") return void response.writeHead(404).end();
    const page = url === "/loop" ? disturbed("while (true);") : scripted("fetch('/opened').then(() => show('Late'))");
    response.writeHead(200, { "content-type": "text/html" }).end(page);
  });
  const paths = ["/", "/gone", "/loop"].map((path) => origin.url + path);
  const { url, render } = await startRenderer(t, ...paths);
  const foreign = await render(`url=${origin.url}/other`);
  assert.deepEqual(JSON.parse(foreign.body), {
    error: 403,
    type: "Forbidden",
    description: "url must be one of the given sites",
  });
  assert.equal((await render(`url=http://127.0.0.1:1/`)).status, 403);
  for (const query of [
    "",
    "url=x",
    `url=${paths[0]}&wait=-1`,
    `url=${paths[0]}&timeout=91`,
    `url=${paths[0]}&timeout=2&wait=3`,
  ]) {
    const { status, body } = await render(query);
    assert.deepEqual([status, JSON.parse(body).type], [400, "BadOption"], query);
  }
  assert.equal(origin.requests.length, 0);
  const early = await render(`url=${paths[0]}`);
  assert.deepEqual([early.status, /<a[^>]*>Late/.test(early.body)], [200, false]);
  open();
  const late = await Promise.all(Array.from({ length: 5 }, () => render(`url=${paths[0]}&wait=1.5`)));
  for (const { body } of late) assert.match(body, /<a[^>]*>Late<\/a>/);
  const asked = () => origin.requests.filter((request) => request.url === "/").length;
  assert.equal(asked(), 2); // one without, one with the wait
  assert.match((await ask(`${url}/news`)).body, />Late<\/a>/); // the page shares the reading
  assert.equal(asked(), 2);
  const gone = await render(`url=${paths[1]}`);
  assert.deepEqual([gone.status, JSON.parse(gone.body).description], [502, "status: HTTP 404 Not Found"]);
  const slow = await render(`url=${paths[2]}&timeout=0.5`);
  assert.deepEqual([slow.status, JSON.parse(slow.body).type], [504, "GlobalTimeoutError"]);
});

test("lab news --serve --render lets no script of a rendered page run as its own", { skip: noChromium }, async (t) => {
  const origin = await startOrigin(t, (_, response) => response.end(disturbed("")));
  const { url } = await startRenderer(t, `${origin.url}/`);
  const [reply] = await once(get(`${url}/render.html?url=${origin.url}/`, { agent: false }), "response");
  assert.equal(reply.resume().headers["content-security-policy"], "default-src 'none'; sandbox");
});
