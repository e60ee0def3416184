import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { every, sleep } from "../../src/concurrency/index.js";

/** Abort at call number `count`. Resolves with the times of the calls. */
async function callsOf(ms: number, count: number, fn: () => unknown): Promise<number[]> {
  const [controller, begun, start] = [new AbortController(), [] as number[], performance.now()];
  const call = () => {
    begun.push(performance.now() - start);
    if (begun.length === count) controller.abort("enough");
    return fn();
  };
  await assert.rejects(every(ms, call, controller.signal), (reason) => reason === "enough");
  return begun;
}

test("every calls once an interval, the first time after one", async () => {
  const begun = await callsOf(20, 3, () => {});
  for (const [i, ms] of begun.entries()) assert.ok(ms >= 20 * (i + 1), `${begun}`);
});

test("every waits for its function, and leaves out the turns it missed", async () => {
  let running = 0;
  const begun = await callsOf(10, 4, async () => {
    assert.equal(++running, 1, "one call at a time");
    await sleep(35);
    running--;
  });
  for (let i = 1; i < begun.length; i++) assert.ok((begun[i] ?? 0) - (begun[i - 1] ?? 0) >= 30, `no burst: ${begun}`);
});

test("every rejects with the error of its function, and refuses a duration that is none", async () => {
  const broken = new Error("broken");
  const { signal } = new AbortController();
  await assert.rejects(
    every(1, () => Promise.reject(broken), signal),
    (error) => error === broken,
  );
  for (const ms of [Number.NaN, -5])
    await assert.rejects(
      every(ms, () => assert.fail("called"), signal),
      RangeError,
    );
});
