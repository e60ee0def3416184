import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { watchOf } from "../../../src/http/client/deadlines.js";
import { gate } from "../../support/gate.js";

function waiting(inMs: number) {
  const end = gate<string>();
  return {
    slot: -1,
    deadlineAt: performance.now() + inMs,
    expire: () => end.open("expired"),
    cancel: (reason: unknown) => end.open(`cancelled: ${reason}`),
    end: end.passed,
  };
}

test("a Watch expires each at its own deadline, whatever order they came in", async () => {
  const watch = watchOf(new AbortController().signal);
  const [late, early] = [waiting(60), waiting(10)];
  watch.add(late);
  watch.add(early);
  const first = await Promise.race([late.end.then(() => "late"), early.end.then(() => "early")]);
  assert.equal(first, "early");
  watch.delete(early);
  assert.equal(await late.end, "expired");
  assert.ok(performance.now() >= late.deadlineAt);
  watch.delete(late);
});

test("a Watch cancels all when its signal aborts, and refuses more", async () => {
  const controller = new AbortController();
  const watch = watchOf(controller.signal);
  assert.equal(watchOf(controller.signal), watch);
  const both = [waiting(60_000), waiting(60_000)];
  for (const each of both) watch.add(each);
  controller.abort("enough");
  assert.deepEqual(await Promise.all(both.map(({ end }) => end)), ["cancelled: enough", "cancelled: enough"]);
  for (const each of both) watch.delete(each);
  assert.throws(() => watch.add(waiting(1)), /enough/);
});

test("a Watch over nobody keeps neither a timer nor a listener", () => {
  const watch = watchOf(new AbortController().signal);
  const one = waiting(60_000);
  watch.add(one);
  watch.delete(one); // test/support/hygiene.ts looks for what is left
});
