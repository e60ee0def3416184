import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Schedule } from "../../src/concurrency/schedule.js";

const never = new AbortController().signal;

test("Schedule keeps its interval after a late turn", async () => {
  const start = performance.now();
  const schedule = new Schedule(20);
  for (let turn = 0; turn < 5; turn++) {
    await schedule.next(never);
    const until = performance.now() + 15; // a consumer that is busy for most of the interval
    while (performance.now() < until);
    assert.ok(performance.now() - start >= (turn + 1) * 20, "never early");
  }
  assert.ok(schedule.lateMs < 1000);
});

test("Schedule makes up for missed turns at once", async () => {
  const schedule = new Schedule(10);
  const until = performance.now() + 100;
  while (performance.now() < until);
  let turnTaken = 0;
  const ticked = setImmediate(() => assert.fail("turns that are due need no wait"));
  for (; turnTaken < 10; turnTaken++) await schedule.next(never);
  clearImmediate(ticked);
});

test('Schedule with missed "left out" takes one late turn, then the next in time', async () => {
  const start = performance.now();
  const schedule = new Schedule(40, { missed: "left out" });
  const until = start + 5.5 * 40;
  while (performance.now() < until);
  await schedule.next(never);
  assert.ok(schedule.lateMs >= 4.5 * 40 - 1, "the turn is the first one missed");
  await schedule.next(never);
  assert.ok(performance.now() - start >= 6 * 40, "the second to the fifth are left out");
});

test('Schedule with missed "left out" yields although every turn is late', async () => {
  const schedule = new Schedule(1, { missed: "left out" });
  let others = 0;
  const ticking = setInterval(() => others++, 1);
  for (let turn = 0; turn < 5; turn++) {
    await schedule.next(never);
    const until = performance.now() + 10;
    while (performance.now() < until);
  }
  clearInterval(ticking);
  assert.ok(others >= 3, `${others}`);
});

test("Schedule starts anew after a suspension of more than a second", async () => {
  const schedule = new Schedule(100);
  const { now } = performance;
  performance.now = () => now.call(performance) + 60_000;
  try {
    await schedule.next(never);
    assert.ok(schedule.lateMs > 59_000);
    await schedule.next(never);
    assert.ok(schedule.lateMs < 1000, "no burst of missed turns");
    assert.equal(schedule.restarts, 1);
  } finally {
    performance.now = now;
  }
});

test("Schedule of 0 yields, and stops for its signal", async () => {
  const schedule = new Schedule(0);
  const stopping = new AbortController();
  setTimeout(() => stopping.abort("enough"), 20);
  await assert.rejects(
    async () => {
      for (;;) await schedule.next(stopping.signal);
    },
    (reason) => reason === "enough",
  );
});

test("Schedule.lateMs is that of the last turn, not of an aborted one", async () => {
  const [schedule, controller] = [new Schedule(60_000), new AbortController()];
  const turn = schedule.next(controller.signal);
  controller.abort("enough");
  await assert.rejects(turn, (reason) => reason === "enough");
  assert.equal(schedule.lateMs, 0);
});
