import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { kindCost } from "../../../src/labs/cost/kind-cost.js";
import { type KindSpec, kindSpecs } from "../../../src/labs/cost/kinds.js";
import type { Sample, Stop } from "../../../src/labs/cost/standing.js";

const spec = kindSpecs.find(({ kind }) => kind === "thread") as KindSpec;
const MiB = 2 ** 20;

/** A ramp of 8 MiB and 20 ms each, on top of a process of 40 MiB that takes 5 MiB more for the first one. */
function rampOf(counts: readonly number[], stop?: Stop) {
  const samples = counts.map((count): Sample => {
    const bytes = (40 + 8 * count + (count > 0 ? 5 : 0)) * MiB;
    return { count, bytes, ms: 20 * count, allBytes: bytes, usage: undefined };
  });
  return { samples, target: counts.at(-1) ?? 0, stop };
}

const options = { count: 10_000, ceiling: 2048 * MiB, limits: [], atStart: undefined };

test("kindCost leaves the empty process out of the slope", () => {
  const { bytesEach, usEach, measured } = kindCost(spec, rampOf([0, 1, 2, 4, 8]), options);
  assert.deepEqual([Math.round(bytesEach ?? 0), Math.round(usEach ?? 0), measured], [8 * MiB, 20_000, 8]);
});

test("kindCost uses the empty process if only two others stood", () => {
  const { bytesEach } = kindCost(spec, rampOf([0, 1, 2]), options);
  assert.equal(Math.round(bytesEach ?? 0), Math.round(10.5 * MiB));
});

test("kindCost extrapolates at most 100 times the number that stood", () => {
  const few = kindCost(spec, rampOf([0, 1, 2, 4, 8], { by: "time" }), options);
  assert.equal(few.extrapolated?.count, 800);
  assert.equal(Math.round(few.extrapolated?.bytes ?? 0), 800 * 8 * MiB);
  const enough = kindCost(spec, rampOf([0, 40, 80, 120], { by: "time" }), options);
  assert.equal(enough.extrapolated?.count, 10_000);
});

test("kindCost extrapolates nothing where all stood", () => {
  const cost = kindCost(spec, rampOf([0, 2, 4, 8]), { ...options, count: 8 });
  assert.deepEqual([cost.stoppedBy, cost.extrapolated], [null, undefined]);
});

test("kindCost names the limit that ended the ramp, with its value", () => {
  const reason = (stop: Stop) => kindCost(spec, rampOf([0, 1, 2], stop), options).stoppedBy;
  assert.equal(reason({ by: "ceiling" }), "ceiling (2048 MiB)");
  assert.equal(reason({ by: "time" }), `time (${spec.budgetMs / 1000} s)`);
  const pool = kindSpecs.find(({ most }) => most) as KindSpec;
  assert.equal(kindCost(pool, rampOf([0, 512, 1024], { by: "most" }), options).stoppedBy, "libuv's pool (1024)");
});

test("kindCost has no memory or time where noise slopes down", () => {
  const { samples, ...rest } = rampOf([0, 1, 2, 4, 8]);
  const falling = samples.map((sample) => ({ ...sample, bytes: -sample.count, ms: -sample.count }));
  const { bytesEach, usEach } = kindCost(spec, { samples: falling, ...rest }, options);
  assert.deepEqual([bytesEach, usEach], [null, null]);
});

test("kindCost has no memory or time where nothing stood", () => {
  const cost = kindCost(spec, rampOf([0], { by: "ceiling" }), options);
  assert.deepEqual([cost.measured, cost.bytesEach, cost.usEach], [0, null, null]);
  assert.equal("extrapolated" in cost, false);
});
