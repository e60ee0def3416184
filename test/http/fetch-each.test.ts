import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Connections } from "../../src/http/connections.js";
import { type FetchEachOptions, fetchEach, type Job } from "../../src/http/fetch-each.js";
import type { FetchResult } from "../../src/http/fetch-result.js";
import { parseUrlLine } from "../../src/http/url-lines.js";

const { signal } = new AbortController();

function optionsFor(t: TestContext, more: Partial<FetchEachOptions> = {}): FetchEachOptions {
  const connections = new Connections(4);
  t.after(() => connections.close());
  return { connections, concurrency: 4, timeoutMs: 20_000, retries: 0, maxBody: 1000, ...more };
}

function* jobs(line: string, count: number): Generator<Job> {
  for (let index = 0; index < count; index++) yield parseUrlLine(line, index);
}

/** How many results came before the event loop had its next turn. */
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

test("fetchEach lets the event loop turn in the midst of lines that need no request", async (t) => {
  const count = 20_000;
  const bad = await beforeNextTurn(fetchEach(jobs("no url", count), optionsFor(t), signal));
  const late = await beforeNextTurn(fetchEach(jobs("http://a/", count), optionsFor(t, { endAt: 0 }), signal));
  const perHost = await beforeNextTurn(fetchEach(jobs("no url", count), optionsFor(t, { perHost: 1 }), signal));
  for (const seen of [bad, late, perHost]) assert.ok(seen < 200, `${seen} of ${count}`);
});

test("fetchEach begins the first requests in steps, so that the first connections are in use before the last", async (t) => {
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
