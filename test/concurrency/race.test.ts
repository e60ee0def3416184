import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue, race, sleep, type Task } from "../../src/concurrency/index.js";
import { isPending, latch } from "../support/latch.js";

const forever = async (signal: AbortSignal): Promise<never> => {
  await sleep(Number.POSITIVE_INFINITY, { signal });
  throw new Error("unreachable");
};

test("race resolves with the first value, once the others have stopped", async () => {
  const [first, cleanedUp] = [latch<string>(), latch()];
  const slow: Task<string> = (signal) => forever(signal).catch(() => cleanedUp.passed.then(() => "late"));
  const raced = race([slow, () => first.passed]);
  first.open("first");
  assert.equal(await isPending(raced), true);
  cleanedUp.open();
  assert.equal(await raced, "first");
});

test("race rejects with the first error, and drops later ones", async () => {
  const broken = new Error("broken");
  const failsLate: Task<void> = (signal) => forever(signal).catch(() => Promise.reject(new Error("late")));
  await assert.rejects(race([failsLate, () => Promise.reject(broken)]), (error) => error === broken);
});

test("race() starts no task after one that throws at once, or that aborts the signal", async () => {
  const broken = new Error("broken");
  const started: number[] = [];
  const raced = race<unknown>([
    () => {
      throw broken;
    },
    () => started.push(2),
  ]);
  await assert.rejects(raced, (error) => error === broken);
  const controller = new AbortController();
  const aborted = race<unknown>([forever, () => controller.abort("enough"), () => started.push(3)], controller);
  await aborted.catch((reason) => assert.equal(reason, "enough"));
  assert.deepEqual(started, []);
});

test("race() drops the error of a task that fails as the outer signal stops it", async () => {
  const controller = new AbortController();
  const failsLate = (signal: AbortSignal) => forever(signal).catch(() => Promise.reject(new Error("late")));
  const raced = race([failsLate, forever], controller);
  controller.abort("enough");
  await assert.rejects(raced, (reason) => reason === "enough");
});

test("race aborts every task on an outer abort and rejects with its reason", async () => {
  const controller = new AbortController();
  const raced = race([forever, forever], controller);
  controller.abort("enough");
  await assert.rejects(raced, (reason) => reason === "enough");
});

test("race delivers an item that was put before the abort", async () => {
  const [queue, controller] = [new Queue<string>(), new AbortController()];
  const raced = race([(signal) => queue.get({ signal })], controller);
  queue.putNowait("item");
  controller.abort("too late");
  assert.equal(await raced, "item");
});

test("race rejects an empty list and an aborted signal", async () => {
  await assert.rejects(race([]), RangeError);
  await assert.rejects(race([forever], { signal: AbortSignal.abort("enough") }), (reason) => reason === "enough");
});
