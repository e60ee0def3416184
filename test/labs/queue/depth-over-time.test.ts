import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { DepthOverTime } from "../../../src/labs/queue/depth-over-time.js";

test("DepthOverTime keeps the greatest depth of each cell", () => {
  const depth = new DepthOverTime();
  for (const [ms, items] of [
    [0, 1],
    [0.5, 3],
    [0.9, 2],
    [3.2, 0],
    [3.4, 1],
    [4, 0],
  ] as const) {
    depth.record(ms, items);
  }
  assert.deepEqual([depth.cellMs, depth.cells, depth.peak], [1, [3, 2, 2, 2, 1], 3]); // it was 2 until 3.2 ms
});

test("DepthOverTime holds at most 60 cells, however long the run", () => {
  const depth = new DepthOverTime();
  for (let ms = 0; ms < 100_000; ms++) depth.record(ms, ms === 70_000 ? 9 : ms % 2);
  assert.equal(depth.cellMs, 2048);
  assert.equal(depth.cells.length, Math.ceil(100_000 / 2048));
  assert.equal(depth.cells[Math.floor(70_000 / 2048)], 9);
  assert.deepEqual(depth.cells.toSorted().slice(0, -1), new Array(depth.cells.length - 1).fill(1));
});

test("DepthOverTime spans a long pause in one step", () => {
  const depth = new DepthOverTime();
  depth.record(0, 5);
  depth.record(86_400_000, 0);
  assert.ok(depth.cells.length <= 60);
  assert.deepEqual(depth.cells.slice(0, -1), new Array(depth.cells.length - 1).fill(5));
});
