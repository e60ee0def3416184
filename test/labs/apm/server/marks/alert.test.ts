import "../../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { AlertState, parseAlert } from "../../../../../src/labs/apm/server/marks/alert.js";
import { sampleOf } from "../../../../support/publisher.js";

test("parseAlert takes a metric, a sign, a value with its unit, and a time", () => {
  const parsed = (text: string) => {
    const { metric, isAbove, value, forMs } = parseAlert(text) ?? assert.fail(text);
    return [metric, isAbove, value, forMs];
  };
  assert.deepEqual(parsed("lag>250ms"), ["lag", true, 250, 0]);
  assert.deepEqual(parsed("lag > 1.5s"), ["lag", true, 1500, 0]);
  assert.deepEqual(parsed("mem>500MiB for 1m"), ["mem", true, 500, 60_000]);
  assert.deepEqual(parsed("mem > 2GiB for 90s"), ["mem", true, 2048, 90_000]);
  assert.deepEqual(parsed("cpu<5%"), ["cpu", false, 5, 0]);
  assert.deepEqual(parsed("cpu>90"), ["cpu", true, 90, 0]);
  for (const text of [
    "",
    "lag",
    "lag>",
    "lag>ms",
    "disk>5",
    "lag>5MiB",
    "cpu>5 for",
    "cpu>5 for 1d",
    "toString>1",
    "cpu>1toString",
  ])
    assert.equal(parseAlert(text), undefined, text);
});

test("AlertState begins after its time and ends with the first sample on the other side", () => {
  const state = new AlertState(parseAlert("mem>500MiB for 10s") ?? assert.fail());
  const seen = [
    [600, 0],
    [400, 5],
    [600, 6],
    [600, 15],
    [600, 16],
    [600, 17],
    [400, 18],
  ].map(([mem = 0, at = 0]) => [state.take(sampleOf({ mem }), 1000 + at), state.active]);
  assert.deepEqual(seen, [
    [false, false],
    [false, false],
    [false, false],
    [false, false],
    [true, true],
    [false, true],
    [true, false],
  ]);
});

test("AlertState sees a peak between two samples, and ends with its app", () => {
  const state = new AlertState(parseAlert("mem>500MiB") ?? assert.fail());
  assert.equal(state.take(sampleOf({ mem: 100, mem_peak: 600 }), 1000), true);
  assert.equal(state.take(sampleOf({ mem: 600, closing: true }), 1001), true);
  assert.equal(state.active, false);
});
