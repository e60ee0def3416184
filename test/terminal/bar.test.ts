import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bar, barWidth } from "../../src/terminal/bar.js";

test("barWidth fits the room, and is 0 below five characters", () => {
  assert.deepEqual(
    [100, 30, 5, 4, -3, Number.POSITIVE_INFINITY].map((room) => barWidth(30, room)),
    [30, 30, 5, 0, 0, 30],
  );
});

test("bar is as long as its share, to the nearest character", () => {
  assert.deepEqual(
    [0, 0.04, 0.05, 0.5, 1].map((share) => bar(share, 10)),
    ["", "", "█", "█████", "██████████"],
  );
  assert.equal(bar(1, 0), "");
});
