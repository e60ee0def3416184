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
        [99, report.p99],
        [99.9, report["p99.9"]],
      ] as const) {
        const at = Math.ceil((percent / 100) * all.length) - 1;
        const [from, to] = [sorted[Math.max(0, at - 1)] ?? 0, sorted[at] ?? 0]; // ranks are rounded, not rounded up
        const room = to / 900 + 0.001;
        assert.ok((got ?? 0) >= from - room && (got ?? 0) <= to + room, `p${percent}: ${got} for ${from} to ${to}`);
      }
      assert.equal(report.count, all.length);
      assert.equal(
        report.histogram.reduce((sum, { count }) => sum + count, 0),
        all.length,
      );
    }),
  );
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
