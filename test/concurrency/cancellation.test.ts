import "../support/hygiene.js";
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { setTimeout as nodeSleep } from "node:timers/promises";
import { isCancelled, Queue, Semaphore, sleep, taskGroup, timeout } from "../../src/concurrency/index.js";

const reasons: [string, unknown][] = [
  ["a custom Error", new RangeError("enough")],
  ["a string", "enough"],
  ["null", null],
  ["the default AbortError", undefined],
];

for (const [name, reason] of reasons) {
  test(`HYG-03 isCancelled knows the cancellation with ${name} as the reason`, async () => {
    const controller = new AbortController();
    const asleep = sleep(60_000, controller);
    controller.abort(reason);
    const error = await asleep.catch((error) => error);
    assert.equal(error, controller.signal.reason);
    assert.equal(isCancelled(error, controller.signal), true);
  });

  test(`HYG-03 isCancelled knows Node's own AbortError caused by ${name}`, async () => {
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

test("HYG-03 isCancelled does not take another signal's reason for ours", async () => {
  const [ours, other] = [new AbortController(), new AbortController()];
  ours.abort();
  other.abort();
  const nodeError = await nodeSleep(1, undefined, other).catch((error) => error);
  assert.equal(isCancelled(other.signal.reason, ours.signal), false);
  assert.equal(isCancelled(nodeError, ours.signal), false);
  assert.equal(isCancelled(nodeError, other.signal), true);
});

test("isCancelled knows an error of a package that carries the reason as its cause, at any depth", () => {
  const controller = new AbortController();
  controller.abort("enough");
  const child = new Error("the command was canceled", { cause: new Error("aborted", { cause: "enough" }) });
  assert.equal(isCancelled(child, controller.signal), true);
  assert.equal(isCancelled(new Error("broken", { cause: "something else" }), controller.signal), false);
});

test("isCancelled ends on errors that are each other's cause", () => {
  const controller = new AbortController();
  controller.abort("enough");
  const [one, other] = [new Error("one"), new Error("other")];
  one.cause = other;
  other.cause = one;
  assert.equal(isCancelled(one, controller.signal), false);
});

test("HYG-03 isCancelled is false for anything as long as the signal has not aborted", () => {
  const { signal } = new AbortController();
  assert.equal(isCancelled(signal.reason, signal), false);
  assert.equal(isCancelled(new DOMException("aborted", "AbortError"), signal), false);
});

test("HYG-03 one reason comes out whole from any depth of nesting", async () => {
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

/** On abort, `signal` first aborts a group of its own, and that one's listener calls `act`: inside the abort, before the waits. */
function actInsideAbort(signal: AbortSignal, act: () => void): Promise<unknown> {
  return taskGroup(
    async (group) => {
      group.signal.addEventListener("abort", act, { once: true });
      await sleep(60_000, group);
    },
    { signal },
  ).catch(() => {});
}

test("first event wins: a getter that is served inside the abort keeps its item, and no later item is lost", async () => {
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

test("first event wins: a Semaphore's waiter that is served inside the abort is counted once", async () => {
  const controller = new AbortController();
  const semaphore = new Semaphore(0, { max: 2 });
  const acted = actInsideAbort(controller.signal, () => semaphore.release());
  const acquired = semaphore.acquire(controller);
  controller.abort();
  await acquired;
  assert.deepEqual([semaphore.waiting, semaphore.available], [0, 0]);
  await acted;
});

test("first event wins: an abort just before the item leaves it in the queue, one just after is too late", async () => {
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
