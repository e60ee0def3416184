import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Losses } from "../../../../src/labs/apm/server/losses.js";

function count(...numbers: (number | undefined)[]): Losses {
  const losses = new Losses();
  for (const seq of numbers) losses.count(seq === undefined ? {} : { seq });
  return losses;
}

test("Losses counts the gaps after the number at which the server joined", () => {
  const { received, lost, joinedAt } = count(7, 8, 11, 12, 20);
  assert.deepEqual([received, lost, joinedAt], [5, 9, 7]);
});

test("Losses counts no loss of an app heard from 0 on", () => {
  const { received, lost, joinedAt } = count(0, 1, 2, 3);
  assert.deepEqual([received, lost, joinedAt], [4, 0, 0]);
});

test("Losses counts a repeated number as out of order, not as lost", () => {
  const { received, lost, outOfOrder } = count(0, 1, 1, 0, 2);
  assert.deepEqual([received, lost, outOfOrder], [5, 0, 2]);
});

test("Losses takes back a loss once when its number comes late", () => {
  const losses = count(0, 5, 9);
  assert.equal(losses.lost, 7);
  assert.deepEqual(
    [3, 3, 1, 4, 2, 8, 6, 7].map((seq) => losses.count({ seq })),
    [-1, 0, -1, -1, -1, -1, -1, -1],
  );
  assert.deepEqual([losses.received, losses.lost, losses.outOfOrder], [11, 0, 1]);
});

test("Losses counts samples without a number as received only", () => {
  const { received, lost, joinedAt } = count(undefined, undefined);
  assert.deepEqual([received, lost, joinedAt], [2, 0, undefined]);
});

test("Losses counts a gap too large for any app as out of order", () => {
  const { received, lost, outOfOrder } = count(0, 2 ** 50, 2 ** 50 + 1, 2 ** 50 + 3);
  assert.deepEqual([received, lost, outOfOrder], [4, 1, 1]);
});
