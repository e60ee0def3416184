import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FetchResult } from "../../../src/labs/fetch/fetch-result.js";
import { Tally } from "../../../src/labs/fetch/tally.js";

const good: FetchResult = { index: 0, url: "http://a/", status: 200, ok: true, ms: 10, bytes: 5, attempts: 1 };
const failed = (errorClass: "bad_url" | "refused" | "status" | "timeout", more: Partial<FetchResult>): FetchResult => ({
  ...good,
  ok: false,
  status: null,
  bytes: 0,
  error: { class: errorClass, message: "" },
  ...more,
});

/** A clock that the test sets, in milliseconds. */
function setClock(t: { mock: { method: typeof test.mock.method } }): { ms: number } {
  const clock = { ms: 0 };
  t.mock.method(performance, "now", () => clock.ms);
  return clock;
}

test("Tally counts results, requests, retries, bytes, statuses and error classes", () => {
  const tally = new Tally();
  const results = [
    good,
    { ...good, attempts: 3, ms: 30, bytes: 7 },
    failed("status", { status: 404, ms: 20, bytes: 2 }),
    failed("refused", { attempts: 3, ms: 1 }),
    failed("bad_url", { attempts: 0, ms: 0 }),
  ];
  for (const result of results) tally.add(result);
  const { total, ok, failed: bad, requests, retries, bytes, statuses, errors } = tally.report();
  assert.deepEqual([total, ok, bad, requests, retries, bytes], [5, 2, 3, 4, 4, 14]);
  assert.deepEqual(Object.entries(statuses), [
    ["200", 2],
    ["404", 1],
  ]);
  assert.deepEqual(Object.entries(errors), [
    ["bad_url", 1],
    ["refused", 1],
    ["status", 1],
  ]);
});

test("Tally takes answers and time-outs into its latencies, all requests into its sum", () => {
  const tally = new Tally();
  tally.add(good);
  tally.add(failed("refused", { ms: 1 }));
  tally.add(failed("timeout", { ms: 100 }));
  tally.add(failed("timeout", { ms: 50, cutOff: true }));
  tally.add(failed("timeout", { ms: 200, attempts: 0 })); // was due, but never begun
  tally.add(failed("timeout", { ms: 0, attempts: 0 })); // was not due
  const { latency, sequentialSeconds } = tally.report();
  assert.deepEqual([latency.count, latency.min, latency.max], [3, 10, 200]);
  assert.equal(sequentialSeconds, (10 + 1 + 100 + 50) / 1000);
});

test("Tally measures from its creation to the last result of a request", (t) => {
  const clock = setClock(t);
  clock.ms = 1000;
  const tally = new Tally();
  clock.ms = 1500;
  assert.deepEqual([tally.end, tally.report().seconds], [1000, 0.5]);
  tally.add(failed("bad_url", { attempts: 0 }));
  assert.deepEqual([tally.end, tally.report().seconds], [1500, 0.5]);
  tally.add(good);
  tally.add(failed("status", { status: 500 }));
  clock.ms = 3000;
  tally.add(failed("refused", {}));
  clock.ms = 8000;
  tally.add(failed("timeout", { attempts: 0 })); // a long list may end with many of these
  clock.ms = 9000;
  const { seconds, requestsPerSecond } = tally.report();
  assert.deepEqual([tally.end, seconds, requestsPerSecond], [3000, 2, 1], "two requests were answered");
});

test("Tally keeps six digits of a low rate", (t) => {
  const clock = setClock(t);
  const tally = new Tally();
  clock.ms = 1900;
  tally.add(good);
  assert.equal(tally.report().requestsPerSecond, 0.526316);
  clock.ms = 3_600_000;
  tally.add(good);
  assert.equal(tally.report().requestsPerSecond, 0.000555556);
});

test("Tally counts begun requests without a result as unfinished", () => {
  const tally = new Tally();
  for (let i = 0; i < 3; i++) tally.begin();
  tally.add(good);
  tally.add(failed("bad_url", { attempts: 0 }));
  assert.equal(tally.unfinished, 2);
});
