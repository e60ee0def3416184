import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Heartbeat } from "../../../src/labs/blocking/heartbeat.js";
import { goesOn, stalls } from "../../../src/labs/blocking/verdict.js";

const [forMs, beatMs] = [100, 10];
const run = (gapMs: number, callMs = 100): Heartbeat => ({
  beats: [],
  stallMs: gapMs - beatMs,
  loopDelayMs: gapMs,
  callMs,
});
const calm = [run(11, 0), run(12, 0)];
const noisy = [run(90, 0), run(80, 0)];

test("stalls holds for a gap of the call's length only", () => {
  assert.equal(stalls({ runs: [run(104)], quiet: calm }, forMs, beatMs), true);
  assert.equal(stalls({ runs: [run(20)], quiet: calm }, forMs, beatMs), false);
  assert.equal(stalls({ runs: [run(11, 0)], quiet: calm }, forMs, beatMs), false);
  assert.equal(stalls({ runs: [run(70)], quiet: calm }, forMs, beatMs), undefined);
});

test("goesOn holds once one run shows a loop that turned", () => {
  assert.equal(goesOn({ runs: [run(120), run(130), run(30)], quiet: noisy }, forMs, beatMs), true);
});

test("goesOn does not hold if every run stalled on a calm machine", () => {
  assert.equal(goesOn({ runs: [run(101), run(104)], quiet: calm }, forMs, beatMs), false);
});

test("goesOn decides nothing on a noisy machine or without a blocking call", () => {
  assert.equal(goesOn({ runs: [run(101), run(104)], quiet: noisy }, forMs, beatMs), undefined);
  assert.equal(goesOn({ runs: [run(101), run(70)], quiet: calm }, forMs, beatMs), undefined);
  assert.equal(goesOn({ runs: [run(11, 0)], quiet: calm }, forMs, beatMs), undefined);
});
