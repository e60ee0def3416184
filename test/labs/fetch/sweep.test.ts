import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { advice, type SweepLevel, sweepUrls } from "../../../src/labs/fetch/sweep.js";
import { closedPort } from "../../support/evil-origin.js";
import { startOrigin } from "../../support/origin.js";
import { unlessBusy } from "../../support/tries.js";

const level = (concurrency: number, requestsPerSecond: number, p50: number | null) => ({
  concurrency,
  requests: 100,
  failed: 0,
  requestsPerSecond,
  p50,
  p99: p50,
});

test("advice finds the knee of a server that serves ten at a time", () => {
  const curve = [1, 2, 5, 10, 20, 50].map((concurrency) =>
    level(concurrency, Math.min(1000, concurrency * 100), Math.max(10, concurrency)),
  );
  assert.deepEqual(advice(curve), { knee: 10, recommended: 10 });
});

test("advice recommends the lowest level within a tenth of the best", () => {
  assert.deepEqual(advice([level(1, 100, 10), level(2, 195, 10), level(4, 210, 19), level(8, 214, 37)]), {
    knee: 2,
    recommended: 2,
  });
});

test("advice is null without answers", () => {
  assert.deepEqual(advice([level(1, 50, null), level(2, 0, 3)]), { knee: null, recommended: null });
});

async function measured(urls: readonly string[], timeoutMs: number, { atATime = 2, timeMs = 100 } = {}) {
  const options = { list: () => [urls], timeoutMs, retries: 0, maxBody: 1000 };
  const { signal } = new AbortController();
  const { levels } = await sweepUrls(options, { levels: [atATime], timeMs, rounds: 1 }, { signal });
  return levels[0] as SweepLevel;
}

test("sweepUrls counts time-outs in latencies, but not in throughput", async (t) => {
  const { url } = await startOrigin(t, () => {}); // never answers
  const { requests, failed, requestsPerSecond, p50 } = await measured([url], 40);
  assert.ok(requests > 0);
  assert.deepEqual([failed, requestsPerSecond], [requests, 0]);
  assert.ok((p50 ?? 0) >= 39, `${p50}`);
});

test("sweepUrls keeps the throughput of a level despite one hanging request", (t) =>
  unlessBusy(t, async () => {
    const { url } = await startOrigin(t, (_request, response, nth) => nth > 1 && response.end("in"));
    const { requests, failed, requestsPerSecond } = await measured([url], 4000, { timeMs: 400 });
    assert.equal(failed, 1);
    const answered = requests - failed;
    assert.ok(answered > 10, `${answered}`);
    const inTime = requestsPerSecond * 0.4; // all but the last one in flight, and the rounding
    assert.ok(inTime > answered - 3 && inTime < answered + 1, `${requestsPerSecond}/s, ${answered} answered`);
  }));

test("sweepUrls counts a hanging request as taking its slot", async (t) => {
  const { url } = await startOrigin(t, (_request, response, nth) => nth !== 6 && response.end("in"));
  const { requests, requestsPerSecond } = await measured([url], 1000, { atATime: 1, timeMs: 800 });
  assert.deepEqual([requests, requestsPerSecond], [6, 5 / 0.8]);
});

test("sweepUrls takes the median of its rounds", async (t) => {
  const answered = [2, 8, 4]; // per round; after them it hangs
  let [round, nth] = [0, 0];
  const { url } = await startOrigin(t, (_request, response) => {
    if (nth++ < (answered[round] ?? 0)) response.end("in");
  });
  const timeMs = 400;
  const options = { list: () => [[url]], timeoutMs: 600, retries: 0, maxBody: 1000 };
  const { levels } = await sweepUrls(
    options,
    { levels: [1], timeMs, rounds: 3 },
    {
      signal: new AbortController().signal,
      emit: () => {
        round++;
        nth = 0;
      },
    },
  );
  assert.deepEqual([levels[0]?.requests, levels[0]?.requestsPerSecond], [2 + 8 + 4 + 3, (4 * 1000) / timeMs]);
});

test("sweepUrls measures the throughput of a server slower than the round", async (t) => {
  const { url } = await startOrigin(t, (_request, response) => setTimeout(() => response.end("late"), 200));
  const { requests, requestsPerSecond } = await measured([url], 10_000, { timeMs: 50 });
  assert.equal(requests, 2);
  assert.ok(requestsPerSecond > 0 && requestsPerSecond <= 2 / 0.2, `${requestsPerSecond}`);
});

test("sweepUrls counts refused requests as no throughput and skips bad lines", async () => {
  const { requests, failed, requestsPerSecond, p50 } = await measured(
    [`http://127.0.0.1:${await closedPort()}/`, "no url"],
    1000,
  );
  assert.ok(requests > 0 && failed > requests, `${requests}, ${failed}`);
  assert.deepEqual([requestsPerSecond, p50], [0, null]);
});

test("sweepUrls gives no advice after an interrupted measurement", async (t) => {
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
