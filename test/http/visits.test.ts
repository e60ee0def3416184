import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Visits } from "../../src/http/visits.js";

test("count() counts the visits of each name, and forgets the oldest for a new one alone", () => {
  const visits = new Visits(2);
  const counts = ["a", "b", "a", "b", "a", "c", "b", "a"].map((name) => visits.count(name));
  assert.deepEqual(counts, [1, 1, 2, 2, 3, 1, 3, 1], "a made room for c, then b for a");
});
