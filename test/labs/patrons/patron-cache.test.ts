import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Patron } from "../../../src/labs/patrons/change.js";
import { limits } from "../../../src/labs/patrons/limits.js";
import { PatronCache } from "../../../src/labs/patrons/patron-cache.js";
import { latch } from "../../support/latch.js";

function patron(id: string, version: bigint, fav_dish = `dish ${version}`): Patron {
  return { id, name: "Lois", fav_dish, version };
}

test("PatronCache shares one read among all who ask at once", async () => {
  const cache = new PatronCache({ size: 10 });
  const { passed, open } = latch<Patron>();
  let reads = 0;
  const read = () => {
    reads++;
    return passed;
  };
  const asked = Array.from({ length: 1000 }, () => cache.fill("1", read));
  open(patron("1", 1n));
  const entries = await Promise.all(asked);
  assert.deepEqual([reads, new Set(entries).size, cache.counts.kept], [1, 1, 1]);
  assert.equal(cache.get("1"), entries[0]);
});

test("PatronCache shares a failure too, and reads again afterwards", async () => {
  const cache = new PatronCache({ size: 10 });
  const failing = () => Promise.reject(new Error("away"));
  const both = await Promise.allSettled([cache.fill("1", failing), cache.fill("1", failing)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal((await cache.fill("1", async () => patron("1", 1n)))?.patron.version, 1n);
  assert.equal(cache.versions, 0);
});

test("PatronCache keeps no negative answer", async () => {
  const cache = new PatronCache({ size: 10 });
  assert.equal(await cache.fill("1", async () => undefined), undefined);
  assert.equal((await cache.fill("1", async () => patron("1", 1n)))?.patron.version, 1n);
});

test("PatronCache keeps the newer of two reads, whichever returns last", async () => {
  const cache = new PatronCache({ size: 10 });
  const [older, newer] = [latch<Patron>(), latch<Patron>()];
  const first = cache.fill("1", () => older.passed);
  cache.apply({ type: "row", id: "1", version: 1n });
  const second = cache.fill("1", () => newer.passed);
  newer.open(patron("1", 2n));
  await second;
  older.open(patron("1", 1n));
  await first;
  assert.equal(cache.get("1")?.patron.version, 2n);
});

test("PatronCache drops a read that is older than an event of its time, in whatever order they end", async () => {
  const cache = new PatronCache({ size: 10 });
  const [first, second] = [latch<Patron>(), latch<Patron>()];
  const reads = [cache.fill("1", () => first.passed)];
  cache.apply({ type: "row", id: "1", version: 5n });
  reads.push(cache.fill("1", () => second.passed));
  cache.apply({ type: "deleted", id: "1", version: 6n });
  second.open(patron("1", 5n));
  first.open(patron("1", 4n));
  await Promise.all(reads);
  assert.deepEqual([cache.get("1"), cache.counts.dropped, cache.versions], [undefined, 2, 0]);
});

test("PatronCache keeps a read that is as new as the event that came meanwhile", async () => {
  const cache = new PatronCache({ size: 10 });
  const { passed, open } = latch<Patron>();
  const reading = cache.fill("1", () => passed);
  cache.apply({ type: "row", id: "1", version: 5n, patron: patron("1", 5n) });
  open(patron("1", 5n));
  await reading;
  assert.equal(cache.get("1")?.patron.version, 5n);
});

test("PatronCache replaces a cached patron by a newer event, but never by an older one", async () => {
  const cache = new PatronCache({ size: 10 });
  await cache.fill("1", async () => patron("1", 5n));
  cache.apply({ type: "row", id: "1", version: 4n, patron: patron("1", 4n) });
  cache.apply({ type: "deleted", id: "1", version: 4n });
  assert.equal(cache.get("1")?.patron.version, 5n);
  cache.apply({ type: "row", id: "1", version: 6n, patron: patron("1", 6n) });
  assert.equal(cache.get("1")?.json, '{"id":1,"name":"Lois","fav_dish":"dish 6"}');
  cache.apply({ type: "row", id: "1", version: 7n });
  assert.equal(cache.get("1"), undefined, "an event without the row removes it");
});

test("PatronCache forgets the least recently used beyond its size, and beyond its bytes", async () => {
  const cache = new PatronCache({ size: 3 });
  for (const id of ["1", "2", "3"]) await cache.fill(id, async () => patron(id, 1n));
  cache.get("1");
  await cache.fill("4", async () => patron("4", 1n));
  assert.deepEqual(
    ["1", "2", "3", "4"].map((id) => cache.get(id) !== undefined),
    [true, false, true, true],
  );
  const large = new PatronCache({ size: 1_000_000 });
  const dish = "x".repeat(64 * 1024);
  for (let id = 0; id < 1000; id++) await large.fill(`${id}`, async () => patron(`${id}`, 1n, dish));
  assert.ok(large.size > 100 && large.size * dish.length * 4 < limits.cacheBytes, `${large.size}`);
});

test("PatronCache writes an id beyond 2^53 with all its digits", async () => {
  const cache = new PatronCache({ size: 1 });
  const entry = await cache.fill("9223372036854775807", async () => patron("9223372036854775807", 1n));
  assert.match(entry?.json ?? "", /^\{"id":9223372036854775807,/);
});
