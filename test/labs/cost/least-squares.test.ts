import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { leastSquaresSlope } from "../../../src/labs/cost/least-squares.js";

test("leastSquaresSlope finds the line through points without noise", () => {
  const points = [1, 2, 5, 9].map((x) => [x, 3 * x - 4] as const);
  const slope = leastSquaresSlope(points);
  assert.ok(slope && Math.abs(slope - 3) < 1e-12);
});

test("leastSquaresSlope weighs errors on both sides alike", () => {
  // By hand: means 1.5 and 3, both sums 5.
  const slope = leastSquaresSlope([
    [0, 1],
    [1, 3],
    [2, 4],
    [3, 4],
  ]);
  assert.ok(slope && Math.abs(slope - 1) < 1e-12);
});

test("leastSquaresSlope keeps its accuracy at large values", () => {
  const slope = leastSquaresSlope([1e6, 1e6 + 1, 1e6 + 2].map((x) => [x, 1e9 + 7 * x] as const));
  assert.ok(slope && Math.abs(slope - 7) < 1e-6);
});

test("leastSquaresSlope has no line without two different x", () => {
  assert.equal(leastSquaresSlope([]), undefined);
  assert.equal(leastSquaresSlope([[2, 3]]), undefined);
  assert.equal(
    leastSquaresSlope([
      [2, 3],
      [2, 5],
    ]),
    undefined,
  );
});
