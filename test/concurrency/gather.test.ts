import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gather, Queue, sleep, type Task } from "../../src/concurrency/index.js";
import { gate, isPending, turn } from "../support/gate.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

test("GATHER-01 gather keeps the order of its input, and resolves after the last child", async () => {
  const [first, second] = [gate<number>(), gate<string>()];
  const gathered = gather([() => first.passed, () => second.passed]);
  second.open("two");
  assert.equal(await isPending(gathered), true);
  first.open(1);
  const results: [number, string] = await gathered; // each result keeps its own type
  assert.deepEqual(results, [1, "two"]);
});

test("GATHER-01 gather starts all children before it waits for any, and takes plain values too", async () => {
  const started: string[] = [];
  const gathered = gather([async () => started.push("a"), () => started.push("b")]);
  assert.deepEqual(started, ["a", "b"]);
  assert.deepEqual(await gathered, [1, 2]);
});

test("GATHER-02 gather of nothing is []", async () => {
  assert.deepEqual(await gather([]), []);
  assert.deepEqual(await gather([], { settle: true }), []);
});

for (const failure of [new TypeError("broken"), "a string", null, undefined]) {
  test(`GATHER-03 gather rejects with the very error of the child: ${failure}`, async () => {
    const gathered = gather([forever, () => Promise.reject(failure)]);
    await assert.rejects(gathered, (error) => error === failure);
  });
}

test("GATHER-03 a child that throws at once is a failure like any other; those behind it are not started", async () => {
  const failure = new Error("broken");
  const fails: Task<never> = () => {
    throw failure;
  };
  const gathered = gather([forever, fails, () => assert.fail("started")]);
  await assert.rejects(gathered, (error) => error === failure);
});

test("GATHER-04 the first failure by time comes out; a second one is dropped, not unhandled", async () => {
  const [early, late] = [gate(), gate()];
  const gathered = gather([() => late.passed, () => early.passed]);
  early.fail("first");
  await turn();
  late.fail("second");
  await assert.rejects(gathered, (error) => error === "first");
  await turn(); // the hygiene hook would complain of an unhandled rejection
});

test("GATHER-05 with settle, gather reports every outcome in its place, and not before the last", async () => {
  const [first, last] = [gate(), gate<string>()];
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

test("GATHER-05 with settle, a failure aborts nobody", async () => {
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
  test(`GATHER-0${settle ? 8 : 6} an outer abort reaches every child, and its reason comes out once all have stopped (settle: ${settle})`, async () => {
    const controller = new AbortController();
    const cleanedUp = gate();
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

test("GATHER-06 with an aborted signal no child is started", async () => {
  const gathered = gather([() => assert.fail("started")], { signal: AbortSignal.abort("too late") });
  await assert.rejects(gathered, (reason) => reason === "too late");
});

test("GATHER-09 a failure aborts the siblings, and comes out only when they have stopped", async () => {
  const cleanedUp = gate();
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
