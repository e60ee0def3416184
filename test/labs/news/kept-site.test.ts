import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptSite } from "../../../src/labs/news/kept-site.js";
import { anySite } from "../../../src/labs/news/post-process.js";
import type { Reading } from "../../../src/labs/news/site.js";
import { until } from "../../support/until.js";

const site = { url: new URL("http://site.test/"), postprocess: anySite() };

function keep() {
  const waits: number[] = [];
  const clock = { now: 0 };
  const ask = async (_site: unknown, waitMs: number) => {
    waits.push(waitMs);
    return { text: `${waitMs}` } as Reading;
  };
  return { kept: new KeptSite(site, ask, () => clock.now), waits, clock };
}

/** Each asking lasts until the test ends it. */
function keepGated() {
  const waits: number[] = [];
  const ends: (() => void)[] = [];
  const ask = (_site: unknown, waitMs: number) => {
    waits.push(waitMs);
    return new Promise<Reading>((resolve) => ends.push(() => resolve({ text: `${waitMs}` } as Reading)));
  };
  return { kept: new KeptSite(site, ask), waits, ends };
}

test("KeptSite asks once for all readers", async () => {
  const { kept, waits } = keep();
  assert.equal(kept.latest, undefined);
  const [one, other] = await Promise.all([kept.get(), kept.get()]);
  assert.equal(one, other);
  assert.equal(await kept.get(), kept.latest);
  assert.deepEqual(waits, [0]);
});

test("KeptSite asks again only for scripts that must run longer", async () => {
  const { kept, waits } = keep();
  await kept.get(1000);
  assert.equal((await kept.get(500)).text, "1000");
  assert.equal((await kept.get(1001)).text, "2000");
  assert.equal((await kept.get()).text, "2000");
  assert.deepEqual(waits, [1000, 2000]);
});

test("KeptSite asks again after 10 s, counted from the start, and has forgotten the longer wait", async () => {
  const { kept, waits, clock } = keep();
  await kept.get(8000);
  clock.now = 9999;
  await kept.get();
  assert.deepEqual(waits, [8000]);
  clock.now = 10_000;
  await kept.get();
  assert.deepEqual(waits, [8000, 0]);
});

test("KeptSite asks once at a time, and once more for all who wait longer", async () => {
  const { kept, waits, ends } = keepGated();
  const readers = [kept.get(), ...Array.from({ length: 200 }, (_, nth) => kept.get(7000 + nth))];
  assert.deepEqual(waits, [0]);
  ends.shift()?.();
  assert.equal((await readers[0])?.text, "0");
  await until("the second asking", () => waits.length === 2);
  ends.shift()?.();
  for (const { text } of await Promise.all(readers.slice(1))) assert.equal(text, "8000");
  assert.deepEqual([waits, kept.latest?.text], [[0, 8000], "8000"]);
});

test("KeptSite drops the asking of a reader that has left before it began", async () => {
  const { kept, waits, ends } = keepGated();
  const first = kept.get();
  const gone = new AbortController();
  const left = kept.get(5000, gone.signal);
  const stays = kept.get(1000);
  gone.abort(new Error("left"));
  await assert.rejects(left, /left/);
  ends.shift()?.();
  await first;
  await until("the second asking", () => waits.length === 2);
  ends.shift()?.();
  await stays;
  assert.deepEqual(waits, [0, 1000]);
});

test("KeptSite grants 2 s to a site that is being asked", () => {
  const { kept, clock } = keep();
  void kept.get();
  clock.now = 500;
  assert.equal(kept.remainingMs, 1500);
});
