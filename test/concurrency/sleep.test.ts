import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { isPending } from "../support/latch.js";
import { startProgram } from "../support/program.js";

test("sleep rejects at once on abort, and leaves no listener or timer", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const asleep = sleep(60_000, controller);
  controller.abort(reason);
  assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
  assert.equal(process.getActiveResourcesInfo().includes("Timeout"), false);
  await assert.rejects(asleep, (error) => error === reason);
});

test("sleep lets the process exit once it is aborted", async () => {
  const { exitCode, stdout } = await startProgram("aborts-a-sleep");
  assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "wake up\n" });
});

for (const ms of [0, 60_000]) {
  test(`sleep(${ms}) rejects without a timer if its signal has aborted`, async () => {
    const before = process.getActiveResourcesInfo();
    const asleep = sleep(ms, { signal: AbortSignal.abort("too late") });
    assert.deepEqual(process.getActiveResourcesInfo(), before);
    await assert.rejects(asleep, (reason) => reason === "too late");
  });
}

test("sleep(0) lets immediates run first, not just microtasks", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("immediate"));
  process.nextTick(() => order.push("tick"));
  await sleep(0);
  order.push("awake");
  assert.deepEqual(order, ["tick", "immediate", "awake"]);
});

test("sleep(0) rejects on abort", async () => {
  const controller = new AbortController();
  const asleep = sleep(0, controller);
  controller.abort("enough");
  await assert.rejects(asleep, (reason) => reason === "enough");
});

for (const ms of [Number.NaN, -1, Number.NEGATIVE_INFINITY, "5" as unknown as number]) {
  test(`sleep refuses a duration of ${ms} (${typeof ms})`, async () => {
    await assert.rejects(sleep(ms), { name: "RangeError", message: new RegExp(`got ${ms}$`) });
  });
}

test("sleep leaves no listener after fifty sleeps on one signal", async () => {
  const controller = new AbortController();
  await Promise.all(Array.from({ length: 50 }, (_, i) => sleep(i % 3, controller)));
  assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
});

test("sleep rejects fifty times on one abort", async () => {
  const controller = new AbortController();
  const sleeps = Array.from({ length: 50 }, () => sleep(60_000, controller));
  controller.abort("enough");
  for (const outcome of await Promise.allSettled(sleeps)) {
    assert.deepEqual(outcome, { status: "rejected", reason: "enough" });
  }
});

test("sleep lasts at least its duration", async () => {
  const start = performance.now();
  await sleep(10.5);
  assert.ok(performance.now() - start >= 10); // Node's timers count whole milliseconds
});

test("sleep(Infinity) ends only by an abort", async () => {
  const controller = new AbortController();
  const asleep = sleep(Number.POSITIVE_INFINITY, controller);
  assert.equal(await isPending(asleep), true);
  controller.abort("enough");
  await assert.rejects(asleep, (reason) => reason === "enough");
});

test("sleep lasts beyond the limit of setTimeout", async (t) => {
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
