import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gather, Queue, sleep, type Task } from "../../src/concurrency/index.js";
import { isPending, latch, turn } from "../support/latch.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

test("gather keeps the order of its tasks and waits for the last", async () => {
  const [first, second] = [latch<number>(), latch<string>()];
  const gathered = gather([() => first.passed, () => second.passed]);
  second.open("two");
  assert.equal(await isPending(gathered), true);
  first.open(1);
  const results: [number, string] = await gathered; // each result has its own type
  assert.deepEqual(results, [1, "two"]);
});

test("gather starts all children at once, and takes plain values", async () => {
  const started: string[] = [];
  const gathered = gather([async () => started.push("a"), () => started.push("b")]);
  assert.deepEqual(started, ["a", "b"]);
  assert.deepEqual(await gathered, [1, 2]);
});

test("gather resolves with [] if there are no tasks", async () => {
  assert.deepEqual(await gather([]), []);
  assert.deepEqual(await gather([], { settle: true }), []);
});

for (const failure of [new TypeError("broken"), "a string", null, undefined]) {
  test(`gather rejects with the child's own error: ${failure}`, async () => {
    const gathered = gather([forever, () => Promise.reject(failure)]);
    await assert.rejects(gathered, (error) => error === failure);
  });
}

test("gather rejects if a child throws at once, and starts no later one", async () => {
  const failure = new Error("broken");
  const fails: Task<never> = () => {
    throw failure;
  };
  const gathered = gather([forever, fails, () => assert.fail("started")]);
  await assert.rejects(gathered, (error) => error === failure);
});

test("gather rejects with the first failure in time and drops later ones", async () => {
  const [early, late] = [latch(), latch()];
  const gathered = gather([() => late.passed, () => early.passed]);
  early.fail("first");
  await turn();
  late.fail("second");
  await assert.rejects(gathered, (error) => error === "first");
  await turn(); // the hygiene hook would report an unhandled rejection
});

test("gather with settle reports every outcome in its place, after the last", async () => {
  const [first, last] = [latch(), latch<string>()];
  const gathered = gather([() => first.passed, async () => 2, () => last.passed], { settle: true });
  const failure = new Error("broken");
  first.fail(failure);
  assert.equal(await isPending(gathered), true);
  last.open("three");
  assert.deepEqual(await gathered, [
    { status: "rejected", reason: failure },
    { status: "fulfilled", value: 2 },
    { status: "fulfilled", value: "three" },
  ]);
});

test("gather with settle aborts no child after a failure", async () => {
  const fails: Task<never> = () => {
    throw new Error("broken");
  };
  const signals: AbortSignal[] = [];
  await gather([fails, (signal) => signals.push(signal)], { settle: true });
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [false],
  );
});

for (const settle of [false, true] as const) {
  test(`gather passes an outer abort on and waits for its children (settle: ${settle})`, async () => {
    const controller = new AbortController();
    const cleanedUp = latch();
    const reasons: unknown[] = [];
    const stopsSlowly: Task<void> = async (signal) => {
      await forever(signal).catch((reason) => reasons.push(reason));
      await cleanedUp.passed;
      signal.throwIfAborted();
    };
    const tasks = [stopsSlowly, async () => "done", stopsSlowly];
    const { signal } = controller;
    const gathered = settle ? gather(tasks, { settle, signal }) : gather(tasks, { signal });
    controller.abort("enough");
    assert.equal(await isPending(gathered), true);
    assert.deepEqual(reasons, ["enough", "enough"]);
    cleanedUp.open();
    await assert.rejects(gathered, (reason) => reason === "enough");
  });
}

test("gather starts no child if its signal has aborted", async () => {
  const gathered = gather([() => assert.fail("started")], { signal: AbortSignal.abort("too late") });
  await assert.rejects(gathered, (reason) => reason === "too late");
});

test("gather aborts the siblings of a failure and waits until they stop", async () => {
  const cleanedUp = latch();
  const failure = new Error("broken");
  let abortedWith: unknown;
  const sibling: Task<void> = (signal) =>
    forever(signal).catch((reason) => {
      abortedWith = reason;
      return cleanedUp.passed;
    });
  const gathered = gather([sibling, () => Promise.reject(failure)]);
  assert.equal(await isPending(gathered), true);
  assert.equal(abortedWith, failure);
  cleanedUp.open();
  await assert.rejects(gathered, (error) => error === failure);
});

test("gather() delivers results that came before the abort in the same tick", async () => {
  for (const settle of [false, true]) {
    const [queue, controller] = [new Queue<string>(), new AbortController()];
    const opts = { settle: settle as true, signal: controller.signal };
    const gathered = gather([(signal) => queue.get({ signal })], opts);
    queue.putNowait("item");
    controller.abort("too late");
    assert.deepEqual(await gathered, settle ? [{ status: "fulfilled", value: "item" }] : ["item"]);
  }
});
