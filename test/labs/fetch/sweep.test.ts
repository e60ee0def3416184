import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { advice, type SweepLevel, sweepUrls } from "../../../src/labs/fetch/sweep.js";
import { closedPort } from "../../support/evil-origin.js";
import { startOrigin } from "../../support/origin.js";

const level = (concurrency: number, requestsPerSecond: number, p50: number | null) => ({
  concurrency,
  requests: 100,
  failed: 0,
  requestsPerSecond,
  p50,
  p99: p50,
});

test("advice finds the knee of a server that serves ten at a time, 10 ms each", () => {
  const curve = [1, 2, 5, 10, 20, 50].map((concurrency) =>
    level(concurrency, Math.min(1000, concurrency * 100), Math.max(10, concurrency)),
  );
  assert.deepEqual(advice(curve), { knee: 10, recommended: 10 });
});

test("advice recommends the least that comes within a tenth of the best", () => {
  assert.deepEqual(advice([level(1, 100, 10), level(2, 195, 10), level(4, 210, 19), level(8, 214, 37)]), {
    knee: 2,
    recommended: 2,
  });
});

test("advice has none where nothing was answered", () => {
  assert.deepEqual(advice([level(1, 50, null), level(2, 0, 3)]), { knee: null, recommended: null });
});

async function measured(urls: readonly string[], timeoutMs: number): Promise<SweepLevel> {
  const options = { list: () => [urls], timeoutMs, retries: 0, maxBody: 1000 };
  const { signal } = new AbortController();
  const { levels } = await sweepUrls(options, { levels: [2], timeMs: 100, rounds: 1 }, { signal });
  return levels[0] as SweepLevel;
}

test("sweepUrls has time-outs in its latencies and not in its throughput", async (t) => {
  const { url } = await startOrigin(t, () => {}); // never answers
  const { requests, failed, requestsPerSecond, p50 } = await measured([url], 40);
  assert.ok(requests > 0);
  assert.deepEqual([failed, requestsPerSecond], [requests, 0]);
  assert.ok((p50 ?? 0) >= 39, `${p50}`);
});

test("sweepUrls counts what was refused as no throughput, and a bad line as no request", async () => {
  const { requests, failed, requestsPerSecond, p50 } = await measured(
    [`http://127.0.0.1:${await closedPort()}/`, "no url"],
    1000,
  );
  assert.ok(requests > 0 && failed > requests, `${requests}, ${failed}`);
  assert.deepEqual([requestsPerSecond, p50], [0, null]);
});

test("sweepUrls gives no advice from half a measurement", async (t) => {
  const { url } = await startOrigin(t, (_request, response) => response.end("in"));
  const stop = new AbortController();
  const options = { list: () => [[url]], timeoutMs: 1000, retries: 0, maxBody: 1000 };
  const report = await sweepUrls(
    options,
    { levels: [1, 2], timeMs: 50, rounds: 3 },
    { signal: stop.signal, emit: () => stop.abort() },
  );
  assert.ok((report.levels[0]?.requests ?? 0) > 0);
  assert.deepEqual([report.knee, report.recommended, report.interrupted], [null, null, true]);
});
