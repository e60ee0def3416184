import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { HostPace } from "../../../../src/labs/fetch/limited/host-pace.js";

/** Start a request whenever the pace allows it, from `from` to `to`, and count them. All are answered. */
function startAll(pace: HostPace, from: number, to: number): number {
  let count = 0;
  for (let now = from; now < to; now++) {
    for (; pace.readyAt <= now && count < 1e6; count++) {
      pace.started(now);
      pace.answered(now);
    }
  }
  return count;
}

test("HostPace begins with half of the rate after a pause, and doubles it each second", () => {
  const pace = new HostPace(80, 0);
  pace.refuse(0, 10, 1000);
  assert.deepEqual([pace.readyAt, pace.perSecond(1010), pace.perSecond(2010)], [1010, 40, 80]);
  assert.equal(startAll(pace, 10, 1010), 0, "paused");
  const count = startAll(pace, 1010, 2010);
  assert.ok(count > 40 && count < 80, `${count}`);
});

test("HostPace keeps below the limit that a second refusal has shown, and grows slowly", () => {
  const pace = new HostPace(100, 0);
  pace.refuse(0, 0, 1000);
  startAll(pace, 1000, 2000); // up to 100 a second
  pace.refuse(1999, 2000, 1000);
  const limit = pace.perSecond(3000) * 2;
  assert.ok(limit > 75 && limit < 100, `${limit}`);
  assert.ok(Math.abs(pace.perSecond(4000) - 0.93 * limit) < 0.01);
  assert.ok(pace.perSecond(8000) > 0.95 * limit && pace.perSecond(8000) < 1.02 * limit);
  assert.ok(pace.perSecond(60_000) > 2 * limit, "a limit may have gone");
});

test("HostPace takes refusals of requests from before a pause for that pause", () => {
  const pace = new HostPace(64, 0);
  for (let i = 0; i < 64; i++) pace.refuse(0, i, 1000);
  assert.deepEqual([pace.refused, pace.pauses, pace.pausedMs, pace.readyAt], [64, 1, 1063, 1063]);
  assert.equal(pace.perSecond(1063), 32);
});

test("HostPace lets at least one request a second pass", () => {
  const pace = new HostPace(1, 0);
  for (let i = 0; i < 10; i++) pace.refuse(pace.readyAt, pace.readyAt, 1000);
  assert.ok(pace.perSecond(pace.readyAt) >= 1);
});
