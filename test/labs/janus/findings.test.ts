import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { conclude, type Evidence } from "../../../src/labs/janus/findings.js";

const run = (lateMs: number) => ({ beats: 25, lateMs, itemsPut: 4, wokenMs: 1 });
const way = (itemsPerSecond: number) => ({ received: 1000, firstWrong: null, seconds: 1, itemsPerSecond, lateMs: 1 });
const calm: Evidence = {
  count: 1000,
  maxSize: 4,
  blocked: { put: { runs: [run(1)], quiet: [run(1)] }, get: { runs: [run(1)], quiet: [run(1)] } },
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

/** How late the loop was beside put(), and in as many quiet runs. It was in time beside get(). */
const besidePut = (runs: number[], quiet: number[]): Partial<Evidence> => ({
  blocked: { ...calm.blocked, put: { runs: runs.map(run), quiet: quiet.map(run) } },
});
const late = /never late by 50 ms/;

test("conclude takes the loop for free if one run beside each call is in time", () => {
  assert.equal(verdict(late, {}), true);
  assert.equal(verdict(late, besidePut([80, 49], [1, 1])), true);
  assert.equal(verdict(late, besidePut([50], [1])), false);
});

test("conclude cannot tell of a late loop if most quiet runs are late as well", () => {
  assert.equal(verdict(late, besidePut([80, 90, 95], [30, 40, 25])), undefined);
  assert.equal(verdict(late, besidePut([80, 90, 95], [30, 24, 24])), false);
});

test("conclude cannot tell of a low rate if bare round trips are slow", () => {
  const rate = /^Each way carries 5000/;
  const ways = { toLoop: way(4999), toWorker: way(9000) };
  assert.equal(verdict(rate, {}), true);
  assert.equal(verdict(rate, { ways }), false);
  assert.equal(verdict(rate, { ways, bareRoundTripsPerSecond: [90_000, 49_999] }), undefined);
  assert.equal(verdict(rate, { bareRoundTripsPerSecond: [1, 1] }), true);
});
