import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { conclude, type Evidence } from "../../../src/labs/janus/findings.js";

const run = (lateMs: number) => ({ beats: 25, lateMs, itemsPut: 4, wokenMs: 1 });
const way = (itemsPerSecond: number) => ({ received: 1000, firstWrong: null, seconds: 1, itemsPerSecond, lateMs: 1 });
const calm: Evidence = {
  count: 1000,
  maxSize: 4,
  blocked: { put: [run(1)], get: [run(1)] },
  quiet: [run(1), run(1)],
  ways: { toLoop: way(9000), toWorker: way(9000) },
  bareRoundTripsPerSecond: [90_000, 90_000],
};

/** Whether the claim that matches holds; undefined if it is undecided. */
function verdict(claim: RegExp, evidence: Partial<Evidence>): boolean | undefined {
  const { findings, undecided } = conclude({ ...calm, ...evidence });
  const finding = findings.find((each) => claim.test(each.claim));
  assert.ok(finding || undecided.some((each) => claim.test(each.claim)), `no claim ${claim}`);
  return finding?.holds;
}

test("conclude takes the loop for free if one run beside each call is in time", () => {
  const late = /never late by 50 ms/;
  assert.equal(verdict(late, {}), true);
  assert.equal(verdict(late, { blocked: { put: [run(80), run(49)], get: [run(1)] } }), true);
  assert.equal(verdict(late, { blocked: { put: [run(1)], get: [run(50)] } }), false);
});

test("conclude cannot tell of a late loop if most quiet runs are late as well", () => {
  const blocked = { put: [run(80), run(90)], get: [run(1)] };
  assert.equal(verdict(/never late by 50 ms/, { blocked, quiet: [run(30), run(40), run(1)] }), undefined);
  assert.equal(verdict(/never late by 50 ms/, { blocked, quiet: [run(30), run(1), run(1)] }), false);
});

test("conclude cannot tell of a low rate if bare round trips are slow", () => {
  const rate = /^Each way carries 5000/;
  const ways = { toLoop: way(4999), toWorker: way(9000) };
  assert.equal(verdict(rate, {}), true);
  assert.equal(verdict(rate, { ways }), false);
  assert.equal(verdict(rate, { ways, bareRoundTripsPerSecond: [90_000, 49_999] }), undefined);
  assert.equal(verdict(rate, { bareRoundTripsPerSecond: [1, 1] }), true);
});
