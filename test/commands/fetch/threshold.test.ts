import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isCrossed, threshold } from "../../../src/commands/fetch/threshold.js";
import { BadValue } from "../../../src/commands/kit/option.js";
import { Tally } from "../../../src/http/tally.js";

function reportOf(ms: readonly number[], failed = 0) {
  const tally = new Tally();
  const line = { url: "http://a/", status: 200, bytes: 0, attempts: 1 };
  for (const [index, each] of ms.entries()) tally.add({ ...line, index, ms: each, ok: index >= failed });
  return tally.report();
}

test("threshold reads what it prints, with spaces or without", () => {
  const metric = fc.constantFrom("min", "mean", "p50", "p90", "p99", "p99.9", "max");
  const operator = fc.constantFrom("<", "<=", ">", ">=");
  fc.assert(
    fc.property(metric, operator, fc.nat(), fc.constantFrom("", " "), (name, sign, ms, space) => {
      const { metric, operator, limit } = threshold(`${space}${name}${space}${sign}${space}${ms}ms${space}`);
      assert.deepEqual([metric, operator, limit], [name, sign, ms]);
    }),
  );
});

test("threshold refuses with BadValue whatever it does not know, and never crashes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      try {
        threshold(text);
      } catch (error) {
        assert.ok(error instanceof BadValue);
      }
    }),
  );
});

test("isCrossed compares what was measured with the limit, as the operator says", () => {
  const report = reportOf([10, 20, 30, 40], 1);
  const crossed = (text: string) => isCrossed(threshold(text), report);
  assert.deepEqual(
    [crossed("max>40"), crossed("max>=40"), crossed("max<40ms"), crossed("max<=0.04s")],
    [false, true, false, true],
  );
  assert.deepEqual(
    [crossed("errors>=25%"), crossed("errors>25%"), crossed("errors>0"), crossed("errors>1")],
    [true, false, true, false],
  );
  assert.ok(isCrossed(threshold("p99>1h"), reportOf([])), "no answer at all is as bad as any");
});
