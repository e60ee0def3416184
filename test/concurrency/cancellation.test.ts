import "../support/hygiene.js";
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { setTimeout as nodeSleep } from "node:timers/promises";
import { countHooks, createController } from "../../src/concurrency/cancellation.js";
import { isCancelled, onAbort, Queue, Semaphore, sleep, taskGroup, timeout } from "../../src/concurrency/index.js";

const reasons: [string, unknown][] = [
  ["a custom Error", new RangeError("enough")],
  ["a string", "enough"],
  ["null", null],
  ["the default AbortError", undefined],
];

for (const [name, reason] of reasons) {
  test(`isCancelled recognises a cancellation with ${name} as its reason`, async () => {
    const controller = new AbortController();
    const asleep = sleep(60_000, controller);
    controller.abort(reason);
    const error = await asleep.catch((error) => error);
    assert.equal(error, controller.signal.reason);
    assert.equal(isCancelled(error, controller.signal), true);
  });

  test(`isCancelled recognises Node's own AbortError caused by ${name}`, async () => {
    const controller = new AbortController();
    const waits = [nodeSleep(60_000, undefined, controller), once(new EventEmitter(), "never", controller)];
    controller.abort(reason);
    for (const wait of waits) {
      const error = await wait.catch((error) => error);
      assert.notEqual(error, controller.signal.reason);
      assert.equal(isCancelled(error, controller.signal), true);
    }
  });
}

test("isCancelled is false for the reason of another signal", async () => {
  const [ours, other] = [new AbortController(), new AbortController()];
  ours.abort();
  other.abort();
  const nodeError = await nodeSleep(1, undefined, other).catch((error) => error);
  assert.equal(isCancelled(other.signal.reason, ours.signal), false);
  assert.equal(isCancelled(nodeError, ours.signal), false);
  assert.equal(isCancelled(nodeError, other.signal), true);
});

test("isCancelled is true for an error with the reason among its causes", () => {
  const controller = new AbortController();
  controller.abort("enough");
  const child = new Error("the command was canceled", { cause: new Error("aborted", { cause: "enough" }) });
  assert.equal(isCancelled(child, controller.signal), true);
  assert.equal(isCancelled(new Error("broken", { cause: "something else" }), controller.signal), false);
});

test("isCancelled ends on circular causes", () => {
  const controller = new AbortController();
  controller.abort("enough");
  const [one, other] = [new Error("one"), new Error("other")];
  one.cause = other;
  other.cause = one;
  assert.equal(isCancelled(one, controller.signal), false);
});

test("isCancelled is false until the signal aborts", () => {
  const { signal } = new AbortController();
  assert.equal(isCancelled(signal.reason, signal), false);
  assert.equal(isCancelled(new DOMException("aborted", "AbortError"), signal), false);
});

test("taskGroup and timeout in each other reject with the outer reason", async () => {
  const controller = new AbortController();
  const work = taskGroup(
    (group) => timeout(60_000, (signal) => taskGroup((inner) => sleep(60_000, inner), { signal }), group),
    controller,
  );
  controller.abort(null);
  const error = await work.catch((error) => error);
  assert.equal(error, null);
  assert.equal(isCancelled(error, controller.signal), true);
});

/**
 * Call `act` inside the abort of `signal`, before later waits hear of it. A group aborts first, and its listener calls
 * `act`.
 */
function actInsideAbort(signal: AbortSignal, act: () => void): Promise<unknown> {
  return taskGroup(
    async (group) => {
      group.signal.addEventListener("abort", act, { once: true });
      await sleep(60_000, group);
    },
    { signal },
  ).catch(() => {});
}

test("Queue.get() served inside the abort keeps its item and loses no later one", async () => {
  const controller = new AbortController();
  const queue = new Queue<string>();
  const acted = actInsideAbort(controller.signal, () => {
    queue.putNowait("a");
    queue.putNowait("b");
  });
  const gets = [queue.get(controller), queue.get()];
  controller.abort();
  assert.deepEqual(await Promise.all(gets), ["a", "b"]);
  queue.putNowait("c");
  assert.equal(queue.size, 1);
  await acted;
});

test("Semaphore counts a waiter once that is served inside the abort", async () => {
  const controller = new AbortController();
  const semaphore = new Semaphore(0, { max: 2 });
  const acted = actInsideAbort(controller.signal, () => semaphore.release());
  const acquired = semaphore.acquire(controller);
  controller.abort();
  await acquired;
  assert.deepEqual([semaphore.waiting, semaphore.available], [0, 0]);
  await acted;
});

test("Queue.get() obeys an abort before the item, but not one after it", async () => {
  const controller = new AbortController();
  const queue = new Queue<string>();
  const [early, late] = [queue.get(controller), new AbortController()];
  controller.abort("too slow");
  queue.putNowait("a");
  await assert.rejects(early, (error) => error === "too slow");
  assert.equal(queue.getNowait(), "a");

  const served = queue.get(late);
  queue.putNowait("b");
  late.abort();
  assert.equal(await served, "b");
});

test("onAbort calls every hook though one throws, whose error is uncaught", async () => {
  for (const controller of [new AbortController(), createController()]) {
    const [called, uncaught] = [[] as string[], [] as unknown[]];
    onAbort(controller.signal, () => {
      throw "broken";
    });
    onAbort(controller.signal, () => called.push("second"));
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => uncaught.push(error));
    controller.abort();
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners("uncaughtException");
    for (const listener of others) process.on("uncaughtException", listener);
    assert.deepEqual([called, uncaught, countHooks(controller.signal)], [["second"], ["broken"], 0]);
  }
});
