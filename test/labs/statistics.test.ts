import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "../../src/labs/statistics.js";

test("median is the middle value, the mean of the middle two, or 0", () => {
  assert.equal(median([10, 9, 100]), 10, "by number, not by text");
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
  assert.equal(median([]), 0);
});

test("median leaves the order of its values alone", () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});
