import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { advice } from "../../../src/labs/fetch/sweep.js";

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
