import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { leastSquares } from "../../../src/labs/cost/least-squares.js";

test("leastSquares finds the line through points without noise", () => {
  const points = [1, 2, 5, 9].map((x) => [x, 3 * x - 4] as const);
  const line = leastSquares(points);
  assert.ok(line && Math.abs(line.slope - 3) < 1e-12 && Math.abs(line.intercept + 4) < 1e-12);
});

test("leastSquares weighs errors on both sides alike", () => {
  // By hand: means 1.5 and 3, covariance 6, variance 5.
  const line = leastSquares([
    [0, 1],
    [1, 3],
    [2, 4],
    [3, 4],
  ]);
  assert.ok(line && Math.abs(line.slope - 1) < 1e-12 && Math.abs(line.intercept - 1.5) < 1e-12);
});

test("leastSquares keeps its accuracy at large values", () => {
  const line = leastSquares([1e6, 1e6 + 1, 1e6 + 2].map((x) => [x, 1e9 + 7 * x] as const));
  assert.ok(line && Math.abs(line.slope - 7) < 1e-6);
});

test("leastSquares has no line without two different x", () => {
  assert.equal(leastSquares([]), undefined);
  assert.equal(leastSquares([[2, 3]]), undefined);
  assert.equal(
    leastSquares([
      [2, 3],
      [2, 5],
    ]),
    undefined,
  );
});
