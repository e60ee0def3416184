import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { deadlinesOf } from "../../../src/http/client/deadlines.js";
import { latch } from "../../support/latch.js";

function waiting(inMs: number) {
  const end = latch<string>();
  return {
    index: -1,
    deadlineAt: performance.now() + inMs,
    expire: () => end.open("expired"),
    cancel: (reason: unknown) => end.open(`cancelled: ${reason}`),
    end: end.passed,
  };
}

test("Deadlines expires each at its own deadline, in any order of adding", async () => {
  const deadlines = deadlinesOf(new AbortController().signal);
  const [late, early] = [waiting(60), waiting(10)];
  deadlines.add(late);
  deadlines.add(early);
  const first = await Promise.race([late.end.then(() => "late"), early.end.then(() => "early")]);
  assert.equal(first, "early");
  deadlines.delete(early);
  assert.equal(await late.end, "expired");
  assert.ok(performance.now() >= late.deadlineAt);
  deadlines.delete(late);
});

test("Deadlines cancels all when its signal aborts, and then refuses more", async () => {
  const controller = new AbortController();
  const deadlines = deadlinesOf(controller.signal);
  assert.equal(deadlinesOf(controller.signal), deadlines);
  const both = [waiting(60_000), waiting(60_000)];
  for (const each of both) deadlines.add(each);
  controller.abort("enough");
  assert.deepEqual(await Promise.all(both.map(({ end }) => end)), ["cancelled: enough", "cancelled: enough"]);
  for (const each of both) deadlines.delete(each);
  assert.throws(() => deadlines.add(waiting(1)), /enough/);
});

test("Deadlines keeps no timer and no listener while it is empty", () => {
  const deadlines = deadlinesOf(new AbortController().signal);
  const one = waiting(60_000);
  deadlines.add(one);
  deadlines.delete(one); // test/support/hygiene.ts fails the test if something is left
});
