import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkline } from "../../src/terminal/sparkline.js";

test("sparkline draws a bar for each value, up to the greatest", () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
  assert.equal(sparkline([0, 1, 1000]), "▁▂█");
  assert.equal(sparkline([]), "");
});

test("sparkline draws nothing but ▁ for zeros", () => {
  assert.equal(sparkline([0, 0]), "▁▁");
});

test("sparkline draws nothing without width", () => {
  assert.equal(sparkline([5, 10, 20], { width: 0 }), "");
});

test("sparkline shows the greatest of the values that share a character", () => {
  assert.equal(sparkline([0, 9, 0, 0, 0, 0, 0, 5], { width: 4 }), "█▁▁▅");
  for (let width = 1; width < 100; width++) {
    const line = sparkline(
      Array.from({ length: 60 }, (_, i) => (i === 37 ? 1 : 0)),
      { width },
    );
    assert.equal(line.length, Math.min(60, width));
    assert.equal(line.replaceAll("▁", ""), "█", "no value is left out");
  }
});
