import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { TurningClock } from "../../src/net/turning-clock.js";

test("TurningClock counts a long turn as a short one, and never goes back", (t) => {
  let time = 1000;
  t.mock.method(performance, "now", () => time);
  const clock = new TurningClock(500);
  time += 200;
  assert.equal(clock.now, 1200);
  assert.equal(clock.tick(), 1200);
  time += 10_000;
  assert.equal(clock.now, 1700);
  assert.equal(clock.tick(), 1700);
  time += 100;
  assert.equal(clock.now, 1800);
});
