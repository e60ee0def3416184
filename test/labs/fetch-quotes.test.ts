import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchQuotes } from "../../src/labs/fetch-quotes.js";
import { startOrigin } from "../support/origin.js";

const options = { categories: ["art", "love"], concurrency: 2, latencyMs: 0, timeoutMs: 10_000, retries: 0 };

test("fetchQuotes has all requests in flight before the first reply", async (t) => {
  const waiting: (() => void)[] = [];
  const origin = await startOrigin(t, (_request, response) => {
    waiting.push(() => response.end('{"contents":{"quotes":[{"quote":"Q","author":"A"}]}}'));
    if (waiting.length === options.categories.length) for (const reply of waiting) reply();
  });
  const { signal } = new AbortController();
  const report = await fetchQuotes("concurrent", { ...options, baseUrl: origin.url }, { signal });
  assert.deepEqual([report.ok, report.failed, report.source], [2, 0, origin.url]);
});

test("fetchQuotes rejects with its signal's reason and closes server and connections", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const emit = () => controller.abort(reason);
  const fetching = fetchQuotes("concurrent", { ...options, latencyMs: 60_000 }, { signal: controller.signal, emit });
  await assert.rejects(fetching, (error) => error === reason);
});
