import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockedRun } from "../../../src/labs/janus/blocked-run.js";
import { conclude, type Evidence } from "../../../src/labs/janus/findings.js";
import type { Beats } from "../../../src/labs/janus/lateness.js";

const run = (lateMs: number, beats = 25) => ({ beats, lateMs, itemsPut: 4, wokenMs: 1 });
const way = (itemsPerSecond: number, bareRoundTripsPerSecond = 20_000) => ({
  ...{
    received: 1000,
    firstWrong: null,
    seconds: 1,
    itemsPerSecond,
    bestItemsPerSecond: itemsPerSecond,
    bareRoundTripsPerSecond,
    lateMs: 1,
  },
});
const calm: Evidence = {
  count: 1000,
  maxSize: 4,
  blocked: { put: { runs: [run(1)], quiet: [run(1)] }, get: { runs: [run(1)], quiet: [run(1)] } },
  ways: { toLoop: way(9000), toWorker: way(9000) },
};

/** Whether the claim that matches holds; undefined if it is undecided. */
function verdict(claim: RegExp, evidence: Partial<Evidence>): boolean | undefined {
  const { findings, undecided } = conclude({ ...calm, ...evidence });
  const finding = findings.find((each) => claim.test(each.claim));
  assert.ok(finding || undecided.some((each) => claim.test(each.claim)), `no claim ${claim}`);
  return finding?.holds;
}

/** Runs of put(), and as many quiet ones. The loop was in time beside get(). */
const besidePut = (runs: BlockedRun[], quiet: Beats[]): Partial<Evidence> => ({
  blocked: { ...calm.blocked, put: { runs, quiet } },
});
const lateRuns = (late: number[], quiet: number[]) =>
  besidePut(
    late.map((lateMs) => run(lateMs)),
    quiet.map((lateMs) => run(lateMs)),
  );
const beatenRuns = (beats: number[], quiet: number[]) =>
  besidePut(
    beats.map((each) => run(1, each)),
    quiet.map((each) => run(1, each)),
  );
const late = /not make the event loop late by 50 ms/;
const standstill = /^A full queue stops the worker/;

test("conclude takes the loop for free if most runs are in time", () => {
  assert.equal(verdict(late, {}), true);
  assert.equal(verdict(late, lateRuns([80, 49, 49], [1, 1, 1])), true);
  assert.equal(verdict(late, lateRuns([80, 80, 80, 80, 80], [1, 1, 1, 1, 1])), false);
});

test("conclude cannot tell of a loop that is late in some runs", () => {
  assert.equal(verdict(late, lateRuns([80, 49, 80, 80, 80], [1, 1, 1, 1, 1])), undefined);
});

test("conclude cannot tell of a late loop if most quiet runs are late as well", () => {
  assert.equal(verdict(late, lateRuns([80, 90, 95], [30, 40, 24])), undefined);
  assert.equal(verdict(late, lateRuns([80, 90, 95], [30, 24, 24])), false);
});

test("conclude asks for half of the beats beside a full queue", () => {
  assert.equal(verdict(standstill, {}), true);
  assert.equal(verdict(standstill, beatenRuns([12], [25])), true);
  assert.equal(verdict(standstill, beatenRuns([1, 1, 11], [25, 25, 25])), false);
  assert.equal(verdict(standstill, beatenRuns([1, 1, 11], [25, 11, 11])), undefined);
});

test("conclude sees a worker that puts too much, on a busy machine too", () => {
  const runs = [{ ...run(80, 1), itemsPut: 5 }];
  assert.equal(verdict(standstill, besidePut(runs, [run(80, 1)])), false);
});

test("conclude cannot tell of a low rate if bare round trips are slow", () => {
  const rate = /^Each way carries 5000/;
  const rated = (toLoop: number, bare: number) =>
    verdict(rate, { ways: { toLoop: way(toLoop, bare), toWorker: way(9000) } });
  assert.equal(rated(5000, 90_000), true);
  assert.equal(rated(5000, 1), true);
  assert.equal(rated(4999, 25_000), false);
  assert.equal(rated(4999, 24_900), undefined);
  assert.equal(rated(800, 4100), false);
});
