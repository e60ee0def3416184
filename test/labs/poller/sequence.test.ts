import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Sequence } from "../../../src/labs/poller/sequence.js";

function sequenceOf(...frames: (string | number)[]): Sequence {
  const sequence = new Sequence();
  for (const frame of frames) sequence.add(Buffer.from(String(frame)));
  return sequence;
}

test("Sequence reports first, last, gaps and missing numbers", () => {
  assert.deepEqual(sequenceOf(0, 1, 2).report, {
    received: 3,
    first: 0,
    last: 2,
    gaps: 0,
    missing: 0,
    restarts: 0,
    firstZero: 1,
  });
  assert.deepEqual(sequenceOf(5, 6, 9, 20).report, {
    received: 4,
    first: 5,
    last: 20,
    gaps: 2,
    missing: 12,
    restarts: 0,
    firstZero: null,
  });
});

test("Sequence takes a number that falls or stays for a restart", () => {
  const { gaps, restarts, last } = sequenceOf(7, 8, 0, 1, 1, 2).report;
  assert.deepEqual([gaps, restarts, last], [0, 2, 2]);
});

test("Sequence counts a frame without a whole number, and skips it", () => {
  const { report } = sequenceOf(1, "x", "", "1.5", "-3", "1e3", '{"a":1}', "9".repeat(16), "null", 2);
  assert.deepEqual(report, { received: 10, first: 1, last: 2, gaps: 0, missing: 0, restarts: 0, firstZero: null });
  const none = new Sequence();
  none.add(undefined);
  assert.deepEqual([none.report.received, none.report.first, none.report.last], [1, null, null]);
});

test("Sequence reads padded numbers", () => {
  assert.deepEqual(sequenceOf(" 7 ", `8${" ".repeat(100)}`, "\n9\n").report.last, 9);
});

test("Sequence remembers the position of the first 0", () => {
  assert.equal(sequenceOf(3, 0, 1, 0).report.firstZero, 2);
  assert.equal(sequenceOf(1, 2).report.firstZero, null);
});
