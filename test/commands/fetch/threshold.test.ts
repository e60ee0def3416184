import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isCrossed, shownMeasured, threshold } from "../../../src/commands/fetch/threshold.js";
import { BadValue } from "../../../src/commands/kit/option.js";
import { Tally } from "../../../src/labs/fetch/tally.js";
import { anyText } from "../../support/any-text.js";

function reportOf(ms: readonly number[], failed = 0) {
  const tally = new Tally();
  const line = { url: "http://a/", status: 200, bytes: 0, attempts: 1 };
  for (const [index, each] of ms.entries()) tally.add({ ...line, index, ms: each, ok: index >= failed });
  return tally.report();
}

test("threshold parses a condition on latency, with or without spaces", () => {
  const metric = fc.constantFrom("min", "mean", "p50", "p90", "p99", "p99.9", "max");
  const operator = fc.constantFrom("<", "<=", ">", ">=");
  fc.assert(
    fc.property(metric, operator, fc.integer({ min: 1 }), fc.constantFrom("", " "), (name, sign, ms, space) => {
      const { metric, operator, limit } = threshold(`${space}${name}${space}${sign}${space}${ms}ms${space}`);
      assert.deepEqual([metric, operator, limit], [name, sign, ms]);
    }),
  );
});

test("threshold refuses any other text with BadValue", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        threshold(text);
      } catch (error) {
        assert.ok(error instanceof BadValue);
      }
    }),
  );
});

test("threshold refuses a condition that holds always or never", () => {
  const never = ["errors>200%", "errors>100%", "errors>=101%", "errors<0", "errors<0%", "rps<0", "p99<0ms"];
  const always = ["errors<=100%", "errors<101%", "errors>=0", "errors>=0%", "rps>=0", "min>=0"];
  for (const text of never)
    assert.throws(() => threshold(text), { message: new RegExp(`got "${text}", which never holds`) });
  for (const text of always)
    assert.throws(() => threshold(text), { message: new RegExp(`got "${text}", which always`) });
  const open = [
    "errors>99.9%",
    "errors>=100%",
    "errors<100%",
    "errors<=0%",
    "errors<=0",
    "errors>0",
    "rps<=0",
    "max>0",
  ];
  for (const text of open) assert.equal(threshold(text).text, text);
});

test("isCrossed compares the measurement with the limit", () => {
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
  assert.ok(isCrossed(threshold("p99>1h"), reportOf([])), "no answer counts as crossed");
});

test("isCrossed counts bad lines in the share of errors", () => {
  const tally = new Tally();
  const line = { url: "http://a/", status: 200, bytes: 0, ms: 1, ok: true };
  for (let index = 0; index < 3; index++) tally.add({ ...line, index, attempts: 2 });
  tally.add({ ...line, index: 3, status: null, ok: false, attempts: 0, error: { class: "bad_url", message: "" } });
  const report = tally.report();
  assert.deepEqual([report.total, report.requests], [4, 3]);
  assert.ok(isCrossed(threshold("errors>=25%"), report) && !isCrossed(threshold("errors>25%"), report));
  assert.equal(shownMeasured(threshold("errors>1%"), report), "25%");
});

test("shownMeasured has the unit of the expression", () => {
  const measured = (text: string, report = reportOf([10, 20, 30, 40], 2)) => shownMeasured(threshold(text), report);
  assert.deepEqual([measured("errors>1%"), measured("errors>1"), measured("max>1s")], ["50%", "2", "40ms"]);
  assert.match(measured("rps<1"), /^[\d.]+$/);
  assert.equal(measured("p99>1s", reportOf([])), "nothing");
});
