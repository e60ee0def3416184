import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Latencies } from "../../../src/labs/fetch/latencies.js";

test("Latencies reports percentiles within a thousandth and counts all in its histogram", () => {
  const duration = fc.double({ min: 0.001, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), (all) => {
      const latencies = new Latencies();
      for (const ms of all) latencies.record(ms);
      const sorted = [...all].sort((a, b) => a - b);
      const report = latencies.report();
      for (const [percent, got] of [
        [50, report.p50],
        [90, report.p90],
        [95, report.p95],
        [99, report.p99],
        [99.9, report["p99.9"]],
      ] as const) {
        const exact = sorted[Math.ceil((percent * all.length) / 100) - 1] ?? 0;
        const room = exact / 1000 + 0.001;
        assert.ok(Math.abs((got ?? 0) - exact) <= room, `p${percent}: ${got} instead of ${exact}`);
      }
      assert.equal(report.count, all.length);
      assert.equal(
        report.histogram.reduce((sum, { count }) => sum + count, 0),
        all.length,
      );
    }),
  );
});

test("Latencies takes the nearest rank, rounded up, for every count", () => {
  for (const count of [1, 2, 6, 9, 10, 11, 51, 60, 99, 100, 101, 160, 501, 700, 999, 1000, 1001, 7000]) {
    const latencies = new Latencies();
    for (let ms = 1; ms <= count; ms++) latencies.record(ms);
    for (const [percent, perMille] of [
      [50, 500],
      [90, 900],
      [95, 950],
      [99, 990],
      [99.9, 999],
    ] as const) {
      const exact = Math.ceil((count * perMille) / 1000);
      const got = latencies.percentile(percent) ?? 0;
      assert.ok(got >= exact && got <= Math.min(count, exact * 1.001), `p${percent} of 1 to ${count}: ${got}`);
    }
  }
});

test("Latencies marks the figures that waiting requests can raise", () => {
  const latencies = new Latencies();
  for (let i = 0; i < 95; i++) latencies.record(10);
  assert.deepEqual(latencies.report().atLeast, []);
  for (let i = 0; i < 5; i++) latencies.recordWaiting(3000);
  const { count, p95, p99, atLeast } = latencies.report();
  assert.deepEqual([count, p95, p99, atLeast], [100, 10.007, 3000, ["mean", "p99", "p99.9", "max"]]);
  const soon = new Latencies();
  soon.record(1000);
  soon.recordWaiting(1);
  assert.deepEqual(soon.report().atLeast, ["mean", "p90", "p95", "p99", "p99.9", "max"], "it may take for ever");
});

test("Latencies without a duration are null", () => {
  const { count, min, mean, p50, max, histogram } = new Latencies().report();
  assert.deepEqual([count, min, mean, p50, max, histogram], [0, null, null, null, null, []]);
});

test("Latencies puts a duration into the bar it does not exceed", () => {
  const latencies = new Latencies();
  for (const ms of [0.05, 1, 1.1, 2, 7, 1e9]) latencies.record(ms);
  const filled = latencies.report().histogram.filter(({ count }) => count > 0);
  assert.deepEqual(
    filled.map(({ upTo, count }) => [upTo, count]),
    [
      [0.1, 1],
      [1, 1],
      [2, 2],
      [10, 1],
      [1e9, 1],
    ],
  );
});
