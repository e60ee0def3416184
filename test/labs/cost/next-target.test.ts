import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTarget, type Room } from "../../../src/labs/cost/next-target.js";
import type { Sample } from "../../../src/labs/cost/standing.js";

const MiB = 2 ** 20;
const spec = { first: 10, guessBytes: MiB };
const room: Room = { spec, count: 1000, ceiling: 1000 * MiB, msLeft: Number.POSITIVE_INFINITY };

/** Samples of a ramp in which each one takes 1 MiB and 1 ms, beside an empty process of 40 MiB. */
function samplesOf(...counts: number[]): Sample[] {
  return counts.map((count) => {
    return { count, bytes: undefined, ms: count, allBytes: (40 + count) * MiB, usage: undefined };
  });
}

test("nextTarget begins with the first step, and then grows by half", () => {
  assert.equal(nextTarget(samplesOf(0), room), 10);
  assert.equal(nextTarget(samplesOf(0, 10, 20), room), 30);
});

test("nextTarget grows fourfold where each step takes a child of its own", () => {
  assert.equal(nextTarget(samplesOf(0, 10, 20), { ...room, spec: { ...spec, allAtOnce: true } }), 80);
});

test("nextTarget never exceeds the count, and ends there", () => {
  assert.equal(nextTarget(samplesOf(0, 10, 900), { ...room, ceiling: 4000 * MiB }), 1000);
  assert.equal(nextTarget(samplesOf(0, 10, 1000), room), undefined);
});

test("nextTarget makes four steps of a small count", () => {
  assert.equal(nextTarget(samplesOf(0), { ...room, count: 8 }), 2);
});

test("nextTarget keeps below the ceiling, and ends the ramp there", () => {
  const tight = { ...room, ceiling: 100 * MiB };
  const next = nextTarget(samplesOf(0, 20, 40), tight);
  assert.ok(typeof next === "number" && next > 40 && next <= 50, `${next}`);
  assert.deepEqual(nextTarget(samplesOf(0, 20, 49), tight), { by: "ceiling" });
});

test("nextTarget asks for no more than the time allows", () => {
  assert.equal(nextTarget(samplesOf(0, 20, 40), { ...room, msLeft: 5 }), 45);
  assert.deepEqual(nextTarget(samplesOf(0, 20, 40), { ...room, msLeft: 0.5 }), { by: "time" });
  assert.deepEqual(nextTarget(samplesOf(0, 20, 40), { ...room, msLeft: -1 }), { by: "time" });
});

test("nextTarget ends at the most of its kind", () => {
  const most = { value: 25, name: "the pool" };
  assert.equal(nextTarget(samplesOf(0, 10, 20), { ...room, spec: { ...spec, most } }), 25);
  assert.deepEqual(nextTarget(samplesOf(0, 10, 25), { ...room, spec: { ...spec, most } }), { by: "most" });
});

test("nextTarget has none without a sample", () => {
  assert.equal(nextTarget([], room), undefined);
});
