import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Sequence } from "../../../src/labs/poller/sequence.js";

function sequenceOf(...frames: (string | number)[]): Sequence {
  const sequence = new Sequence();
  for (const frame of frames) sequence.add(Buffer.from(String(frame)));
  return sequence;
}

test("Sequence reports first, last, gaps and what is missing", () => {
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

test("Sequence takes a number that goes down, or stays, for a restart and not for a gap", () => {
  const { gaps, restarts, last } = sequenceOf(7, 8, 0, 1, 1, 2).report;
  assert.deepEqual([gaps, restarts, last], [0, 2, 2]);
});

test("Sequence counts whatever is no whole number, and looks past it", () => {
  const { report } = sequenceOf(1, "x", "", "1.5", "-3", "1e3", '{"a":1}', "9".repeat(16), "null", 2);
  assert.deepEqual(report, { received: 10, first: 1, last: 2, gaps: 0, missing: 0, restarts: 0, firstZero: null });
  const none = new Sequence();
  none.add(undefined);
  assert.deepEqual([none.report.received, none.report.first, none.report.last], [1, null, null]);
});

test("Sequence reads numbers with white space around them, as a padded message has", () => {
  assert.deepEqual(sequenceOf(" 7 ", `8${" ".repeat(100)}`, "\n9\n").report.last, 9);
});

test("Sequence remembers where the first 0 came", () => {
  assert.equal(sequenceOf(3, 0, 1, 0).report.firstZero, 2);
  assert.equal(sequenceOf(1, 2).report.firstZero, null);
});
