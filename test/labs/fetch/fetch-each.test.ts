import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";
import { type FetchEachOptions, fetchEach, type Job, windowOf } from "../../../src/labs/fetch/fetch-each.js";
import type { FetchResult } from "../../../src/labs/fetch/fetch-result.js";
import { parseUrlLine } from "../../../src/labs/fetch/url-lines.js";
import { latch, turn } from "../../support/latch.js";
import { startOrigin } from "../../support/origin.js";

const { signal } = new AbortController();

function optionsFor(t: TestContext, more: Partial<FetchEachOptions> = {}): FetchEachOptions {
  const connections = new Connections(4);
  t.after(() => connections.close());
  return { connections, concurrency: 4, timeoutMs: 20_000, retries: 0, maxBody: 1000, ...more };
}

function* jobs(line: string, count: number): Generator<Job> {
  for (let index = 0; index < count; index++) yield parseUrlLine(line, index);
}

/** How many results came before the next turn of the event loop. */
async function beforeNextTurn(results: AsyncIterable<FetchResult>): Promise<number> {
  let [seen, turned] = [0, false];
  setImmediate(() => {
    turned = true;
  });
  for await (const _ of results) {
    if (turned) break;
    seen++;
  }
  return seen;
}

test("fetchEach lets the event loop turn between lines without a request", async (t) => {
  const count = 20_000;
  const bad = await beforeNextTurn(fetchEach(jobs("no url", count), optionsFor(t), signal));
  const late = await beforeNextTurn(fetchEach(jobs("http://a/", count), optionsFor(t, { endAt: 0 }), signal));
  const perHost = await beforeNextTurn(fetchEach(jobs("no url", count), optionsFor(t, { perHost: 1 }), signal));
  for (const seen of [bad, late, perHost]) assert.ok(seen < 200, `${seen} of ${count}`);
});

test("fetchEach begins the first requests in steps", async (t) => {
  let taken = 0;
  function* counted() {
    for (const job of jobs("http://127.0.0.1:1/", 200)) {
      taken++;
      yield job;
    }
  }
  const connections = new Connections(200);
  t.after(() => connections.close());
  const results = fetchEach(counted(), optionsFor(t, { connections, concurrency: 200 }), signal);
  const first = results.next();
  assert.ok(taken > 0 && taken <= 32, `${taken} at once`);
  await first;
  await results.return();
});

/** An origin that takes 5 ms for each reply, and counts the most requests at a time. */
async function startCounting(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  let now = 0;
  const counting = { url: "", most: 0 };
  const { url } = await startOrigin(t, (request, response) => {
    counting.most = Math.max(counting.most, ++now);
    setTimeout(() => {
      now--;
      answer(request, response);
    }, 5);
  });
  return Object.assign(counting, { url });
}

async function countGood(results: AsyncIterable<FetchResult>): Promise<number> {
  let good = 0;
  for await (const { ok } of results) if (ok) good++;
  return good;
}

test("fetchEach with perHost limits a host that others redirect to", async (t) => {
  const target = await startCounting(t, (_request, response) => response.end("here"));
  const redirecting = (_request: IncomingMessage, response: ServerResponse) =>
    response.writeHead(302, { location: target.url }).end();
  const origins = await Promise.all(Array.from({ length: 4 }, () => startOrigin(t, redirecting)));
  const list = [...origins, target].flatMap(({ url }) => Array<string>(10).fill(url));
  const good = await countGood(fetchEach(list.map(parseUrlLine), optionsFor(t, { perHost: 2 }), signal));
  assert.deepEqual([good, target.most], [50, 2]);
});

test("fetchEach with perHost retries from the first host within its limit", async (t) => {
  const visits = new Map<string | undefined, number>();
  const target = await startOrigin(t, ({ url }, response) => {
    const nth = (visits.get(url) ?? 0) + 1;
    visits.set(url, nth);
    response.writeHead(nth === 1 ? 503 : 200, { "retry-after": "0" }).end();
  });
  const first = await startCounting(t, ({ url }, response) =>
    response.writeHead(302, { location: target.url + url }).end(),
  );
  const list = Array.from({ length: 20 }, (_, i) => `${first.url}/${i}`);
  const options = optionsFor(t, { perHost: 1, retries: 20 });
  const good = await countGood(fetchEach(list.map(parseUrlLine), options, signal));
  assert.deepEqual([good, first.most], [20, 1]);
});

test("fetchEach with perHost ends redirects between two hosts", {
  timeout: 20_000,
}, async (t) => {
  const over = (other: () => string) => (request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== "/there") response.writeHead(302, { location: `${other()}/there` });
    response.end();
  };
  const a = await startOrigin(
    t,
    over(() => b.url),
  );
  const b = await startOrigin(
    t,
    over(() => a.url),
  );
  const list = Array.from({ length: 40 }, (_, i) => (i % 2 ? a : b).url);
  assert.equal(await countGood(fetchEach(list.map(parseUrlLine), optionsFor(t, { perHost: 1 }), signal)), 40);
});

test("fetchEach with perHost excludes the wait for a redirect's host from latency", async (t) => {
  const held = latch<ServerResponse>();
  const target = await startOrigin(t, (request, response) => {
    if (request.url === "/hold") held.open(response);
    else response.end("here");
  });
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(302, { location: target.url }).end();
    void held.passed.then((first) => setTimeout(() => first.end("at last"), 300));
  });
  const list = [`${target.url}/hold`, origin.url];
  const ms: number[] = [];
  const results = fetchEach(list.map(parseUrlLine), optionsFor(t, { perHost: 1 }), signal);
  for await (const result of results) ms[result.index] = result.ms;
  const [first = 0, redirected = 0] = ms;
  assert.ok(redirected > 0 && first - redirected > 100, `${first} and ${redirected} ms`);
});

test("fetchEach with perHost keeps an answer if its retry gets no slot in time", async (t) => {
  const target = await startOrigin(t, (_request, response) =>
    response.writeHead(503, { "retry-after": "0" }).end("busy"),
  );
  const first = await startOrigin(t, ({ url }, response) => {
    if (url === "/redirected") response.writeHead(302, { location: target.url }).end(); // and /held never gets an answer
  });
  const list = [`${first.url}/redirected`, `${first.url}/held`];
  const options = optionsFor(t, { perHost: 1, retries: 3, endAt: performance.now() + 400 });
  const results = await collect(fetchEach(list.map(parseUrlLine), options, signal));
  assert.deepEqual(
    results.map(({ status, attempts, cutOff }) => [status, attempts, cutOff]),
    [
      [503, 1, undefined],
      [null, 1, true],
    ],
  );
});

test("fetchEach with perHost reports cutOff if a redirected request waits until the end", async (t) => {
  const target = await startOrigin(t, ({ url }, response) => {
    if (url === "/held") setTimeout(() => response.end("at last"), 300); // and /never never gets an answer
  });
  const origin = await startOrigin(t, (_request, response) =>
    response.writeHead(302, { location: `${target.url}/never` }).end(),
  );
  const list = [`${target.url}/held`, origin.url];
  const options = optionsFor(t, { perHost: 1, timeoutMs: 400, endAt: performance.now() + 500 });
  const results = await collect(fetchEach(list.map(parseUrlLine), options, signal));
  assert.deepEqual(
    results.map(({ ok, cutOff, error }) => [ok, cutOff, error?.class]),
    [
      [true, undefined, undefined],
      [false, true, "timeout"],
    ],
  );
});

/** All results, in the order of the list. */
async function collect(results: AsyncIterable<FetchResult>): Promise<FetchResult[]> {
  const all: FetchResult[] = [];
  for await (const result of results) all[result.index] = result;
  return all;
}

for (const how of [{ ordered: true }, { perHost: 1 }]) {
  test(`fetchEach takes no more lines than its window behind a slow one (${JSON.stringify(how)})`, async (t) => {
    const held = latch<ServerResponse>();
    const { url } = await startOrigin(t, (_request, response) => held.open(response));
    let taken = 0;
    function* long() {
      for (const job of jobs(`${url}/held`, 1)) yield job;
      while (taken < 5000) yield parseUrlLine("perHost" in how ? `${url}/waits` : "no url", ++taken);
    }
    const stop = new AbortController();
    const results = fetchEach(long(), optionsFor(t, how), stop.signal);
    const next = results.next();
    next.catch(() => {});
    await held.passed;
    for (let before = -1; taken > before; await turn()) before = taken;
    assert.equal(taken, windowOf(4) - 1);
    stop.abort("enough");
    await assert.rejects(next, (reason) => reason === "enough");
  });
}

test("windowOf is ten times the concurrency, but at least 1000", () => {
  assert.deepEqual([1, 100, 101, 1000].map(windowOf), [1000, 1000, 1010, 10_000]);
});
