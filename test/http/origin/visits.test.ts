import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Visits } from "../../../src/http/origin/visits.js";
import { collectGarbage } from "../../support/collect-garbage.js";

test("Visits.count() counts each name, and forgets the oldest only for a new one", () => {
  const visits = new Visits(2);
  const counts = ["a", "b", "a", "b", "a", "c", "b", "a"].map((name) => visits.count(name));
  assert.deepEqual(counts, [1, 1, 2, 2, 3, 1, 3, 1], "a made room for c, then b for a");
});

test("Visits.count() keeps forgetting the oldest over many names", () => {
  const visits = new Visits(100);
  for (let i = 0; i < 10_000; i++) assert.equal(visits.count(`${i}`), 1);
  for (let i = 9_900; i < 10_000; i++) assert.equal(visits.count(`${i}`), 2);
  assert.equal(visits.count("9899"), 1);
});

test("Visits.count() keeps no names in memory", async () => {
  const visits = new Visits(4096);
  await collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 4096; i++) visits.count(Buffer.alloc(16_000, `${i}/`).toString("latin1"));
  await collectGarbage();
  const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  assert.equal(visits.count(Buffer.alloc(16_000, "7/").toString("latin1")), 2);
  assert.ok(grown < 8, `${grown.toFixed(1)} MiB for 4096 names of 62 MiB`);
});
