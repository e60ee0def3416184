import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { moveOnAfter, sleep, TimeoutError, timeout } from "../../src/concurrency/index.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

test("moveOnAfter resolves with undefined after its deadline, once the work has stopped", async () => {
  let stopped = false;
  const moved = await moveOnAfter(5, async (signal) => {
    await forever(signal).finally(() => {
      stopped = true;
    });
    return "never";
  });
  assert.deepEqual([moved, stopped], [undefined, true]);
});

test("moveOnAfter passes on the value or the error of work in time", async () => {
  assert.equal(await moveOnAfter(60_000, () => "value"), "value");
  const broken = new Error("broken");
  await assert.rejects(
    moveOnAfter(60_000, () => Promise.reject(broken)),
    (error) => error === broken,
  );
});

test("moveOnAfter rejects at an outer deadline", async () => {
  const controller = new AbortController();
  const moved = moveOnAfter(60_000, forever, controller);
  controller.abort("enough");
  await assert.rejects(moved, (reason) => reason === "enough");
  await assert.rejects(
    timeout(5, (signal) => moveOnAfter(60_000, forever, { signal })),
    TimeoutError,
  );
});

test("moveOnAfter refuses an invalid duration", async () => {
  await assert.rejects(
    moveOnAfter(Number.NaN, () => assert.fail("called")),
    RangeError,
  );
});
