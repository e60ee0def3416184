import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../../../src/labs/patrons/prove/history.js";
import { Tally } from "../../../../src/labs/patrons/prove/tally.js";

/** Three writes, acknowledged by the instances 0, 1 and 2 at 100, 200 and 300 ms. */
function threeWrites(): History {
  const history = new History("7", { number: 1, instance: 0, acknowledgedAt: 100 });
  history.begin(1).acknowledgedAt = 200;
  history.begin(2).acknowledgedAt = 300;
  return history;
}

test("History.judge() takes a read for right if it began before the newer write was acknowledged", () => {
  const right = { staleMs: 0, isOwn: false, isForeign: false };
  assert.deepEqual(threeWrites().judge({ number: 2, instance: 0, beganAt: 300 }), right);
  assert.deepEqual(threeWrites().judge({ number: 3, instance: 0, beganAt: 999 }), right);
});

test("History.judge() counts staleness from the first write that a read missed", () => {
  assert.equal(threeWrites().judge({ number: 1, instance: 0, beganAt: 450 }).staleMs, 250);
  assert.equal(threeWrites().judge({ number: 2, instance: 0, beganAt: 450 }).staleMs, 150);
});

test("History.judge() tells a write that the same instance had acknowledged", () => {
  assert.equal(threeWrites().judge({ number: 1, instance: 2, beganAt: 301 }).isOwn, true);
  assert.equal(threeWrites().judge({ number: 2, instance: 1, beganAt: 301 }).isOwn, false);
});

test("History.judge() accepts the write under way, and no number beyond", () => {
  const history = threeWrites();
  history.begin(0);
  const judge = (number: number) => history.judge({ number, instance: 1, beganAt: 400 });
  assert.deepEqual(judge(3), { staleMs: 0, isOwn: false, isForeign: false });
  assert.deepEqual(judge(4), { staleMs: 0, isOwn: false, isForeign: false });
  assert.equal(judge(5).isForeign, true);
  assert.equal(judge(0).isForeign, true);
});

/** Count a read of the second write of three, `lateMs` after the third was acknowledged. */
function countOld(tally: Tally, instance: number, lateMs: number): void {
  const now = performance.now();
  const history = new History("7", { number: 1, instance: 9, acknowledgedAt: now - lateMs });
  history.begin(9).acknowledgedAt = now - lateMs;
  tally.count({ number: 1, instance, beganAt: now }, "hit", history);
}

test("Tally.count() allows 100 ms while an instance listens", () => {
  const tally = new Tally();
  countOld(tally, 0, 90);
  countOld(tally, 0, 110);
  assert.deepEqual({ ...tally.listening, longestMs: 0 }, { reads: 2, stale: 2, beyond: 1, longestMs: 0 });
});

test("Tally.count() allows nothing to the instance that acknowledged the write", () => {
  const tally = new Tally();
  countOld(tally, 9, 1);
  assert.equal(tally.listening.beyond, 1);
});

test("Tally.count() allows 3 s after a silent death, to that instance", () => {
  const tally = new Tally();
  tally.silence(0);
  countOld(tally, 0, 2900);
  countOld(tally, 1, 2900);
  assert.deepEqual([tally.silent.beyond, tally.listening.beyond], [0, 1]);
});

test("Tally.count() does not judge a patron with a write that failed", () => {
  const tally = new Tally();
  const history = threeWrites();
  history.isUncertain = true;
  tally.count({ number: 1, instance: 0, beganAt: 9999 }, "miss", history);
  assert.deepEqual([tally.listening.reads, tally.cache.miss], [0, 1]);
});
