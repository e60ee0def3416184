import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { isPending } from "../support/gate.js";
import { startProgram } from "../support/program.js";

test("SLEEP-01 an abort ends a sleep at once, with the reason, and leaves no listener and no timer", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const asleep = sleep(60_000, controller);
  controller.abort(reason);
  assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
  assert.equal(process.getActiveResourcesInfo().includes("Timeout"), false);
  await assert.rejects(asleep, (error) => error === reason);
});

test("SLEEP-01 a process whose only sleep was aborted can exit", async () => {
  const { exitCode, stdout } = await startProgram("aborts-a-sleep");
  assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "wake up\n" });
});

for (const ms of [0, 60_000]) {
  test(`SLEEP-02 sleep(${ms}) with an aborted signal rejects without a timer`, async () => {
    const before = process.getActiveResourcesInfo();
    const asleep = sleep(ms, { signal: AbortSignal.abort("too late") });
    assert.deepEqual(process.getActiveResourcesInfo(), before);
    await assert.rejects(asleep, (reason) => reason === "too late");
  });
}

test("SLEEP-03 sleep(0) lets everything that is ready run first, not just microtasks", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("immediate"));
  process.nextTick(() => order.push("tick"));
  await sleep(0);
  order.push("awake");
  assert.deepEqual(order, ["tick", "immediate", "awake"]);
});

test("SLEEP-03 sleep(0) can be aborted", async () => {
  const controller = new AbortController();
  const asleep = sleep(0, controller);
  controller.abort("enough");
  await assert.rejects(asleep, (reason) => reason === "enough");
});

for (const ms of [Number.NaN, -1, Number.NEGATIVE_INFINITY, "5" as unknown as number]) {
  test(`SLEEP-04 sleep refuses a duration of ${ms} (${typeof ms})`, async () => {
    await assert.rejects(sleep(ms), { name: "RangeError", message: new RegExp(`got ${ms}$`) });
  });
}

test("SLEEP-06 fifty sleeps on one signal end without a warning and leave no listener", async () => {
  const controller = new AbortController();
  await Promise.all(Array.from({ length: 50 }, (_, i) => sleep(i % 3, controller)));
  assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
});

test("SLEEP-06 one abort ends fifty sleeps", async () => {
  const controller = new AbortController();
  const sleeps = Array.from({ length: 50 }, () => sleep(60_000, controller));
  controller.abort("enough");
  for (const outcome of await Promise.allSettled(sleeps)) {
    assert.deepEqual(outcome, { status: "rejected", reason: "enough" });
  }
});

test("sleep lasts as long as it was asked to", async () => {
  const start = performance.now();
  await sleep(10.5);
  assert.ok(performance.now() - start >= 10); // Node's clock for timers counts whole milliseconds
});

test("sleep(Infinity) only ends by an abort", async () => {
  const controller = new AbortController();
  const asleep = sleep(Number.POSITIVE_INFINITY, controller);
  assert.equal(await isPending(asleep), true);
  controller.abort("enough");
  await assert.rejects(asleep, (reason) => reason === "enough");
});

test("sleep keeps durations beyond setTimeout's limit, which Node turns into 1 ms", async (t) => {
  const longestTimer = 2 ** 31 - 1;
  let now = 0;
  const delays: number[] = [];
  t.mock.method(globalThis, "setTimeout", (wake: () => void, ms: number, ...args: []) => {
    delays.push(ms);
    now += ms; // no need to wait 50 days
    return setImmediate(wake, ...args);
  });
  t.mock.method(performance, "now", () => now);
  await sleep(2 * longestTimer + 10);
  assert.deepEqual(delays, [longestTimer, longestTimer, 10]);
});

test("sleep() never ends early, though the loop was busy when it began", async () => {
  await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      const [ms, start] = [5 + i / 7, performance.now()];
      await sleep(ms);
      assert.ok(performance.now() - start >= ms, `${performance.now() - start} of ${ms}`);
    }),
  );
});
