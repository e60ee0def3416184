import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { BridgeQueue, openBridge, QueueEmpty, QueueFull, sleep } from "../../../src/concurrency/index.js";
import { until } from "../../support/until.js";
import { connect, range } from "../../support/workers/connect.js";
import { threads } from "../../support/workers/pools.js";

test("BlockingQueue.get() blocks its worker, but not the event loop", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  const got = call({ do: "get" });
  let turns = 0;
  await until("the loop turns", () => ++turns > 50);
  queue.putNowait("late");
  assert.deepEqual(await got, { value: "late" });
  queue.shutdown();
});

test("BlockingQueue.getNowait() and putNowait() throw like those of Queue", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 1 });
  const call = connect(t, queue);
  assert.throws(() => queue.getNowait(), QueueEmpty);
  assert.deepEqual(await call({ do: "getNowait" }), { error: "QueueEmpty" });
  assert.deepEqual(await call({ do: "putNowait", item: 1 }), { value: undefined });
  assert.throws(() => queue.putNowait(2), QueueFull);
  assert.deepEqual(await call({ do: "putNowait", item: 2 }), { error: "QueueFull" });
  assert.deepEqual(await call({ do: "getNowait" }), { value: 1 });
  queue.shutdown();
});

test("BlockingQueue.taskDone() counts like that of Queue", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  queue.putNowait(1);
  const joined = queue.join();
  await call({ do: "get" });
  assert.equal(queue.unfinished, 1);
  assert.deepEqual(await call({ do: "taskDone" }), { value: undefined });
  await joined;
  assert.deepEqual(await call({ do: "taskDone" }), { error: "RangeError" });
  queue.shutdown();
});

test("BlockingQueue.get() loses no item by its time-out, and put() adds none", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 1 });
  const call = connect(t, queue);
  assert.deepEqual(await call({ do: "get", opts: { timeoutMs: 5 } }), { error: "TimeoutError" });
  await queue.put("kept");
  assert.deepEqual(await call({ do: "put", item: "late", opts: { timeoutMs: 5 } }), { error: "TimeoutError" });
  assert.deepEqual(await call({ do: "get", opts: { timeoutMs: 0 } }), { value: "kept" });
  assert.equal(queue.size, 0);
  assert.deepEqual(await call({ do: "get", opts: { timeoutMs: -1 } }), { error: "RangeError" });
  queue.shutdown();
});

test("BlockingQueue.get() loses no item that comes at its time-out", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  const got: unknown[] = [];
  const feeding = (async () => {
    for (const i of range(100)) {
      await sleep(i % 3);
      await queue.put(i);
    }
  })();
  while (got.length < 100) {
    const outcome = await call({ do: "get", opts: { timeoutMs: 1 } });
    if ("value" in outcome) got.push(outcome.value);
    else assert.equal(outcome.error, "TimeoutError");
  }
  await feeding;
  assert.deepEqual(got, range(100));
  queue.shutdown();
});

test("BlockingQueue ignores a late wake-up", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 3 });
  const { notify } = Atomics;
  t.mock.method(Atomics, "notify", (bell: Int32Array, index: number) => {
    const woken = notify(bell, index);
    setImmediate(() => notify(bell, index)); // once more, when the worker waits again
    return woken;
  });
  const call = connect(t, queue);
  const put = call({ do: "putMany", count: 300 });
  for (const i of range(300)) assert.equal(await queue.get(), i);
  assert.deepEqual(await put, { value: undefined });
  queue.shutdown();
});

test("BlockingQueue calls throw QueueShutDown at a shutdown", async (t) => {
  const empty = new BridgeQueue<unknown>();
  const getting = connect(t, empty)({ do: "get", opts: { timeoutMs: 600_000 } });
  const full = new BridgeQueue<unknown>({ maxSize: 1 });
  const putting = [connect(t, full), connect(t, full)].map((call) => call({ do: "putMany", count: 2 }));
  await until("the queue is full", () => full.size === 1);
  await sleep(10);
  empty.shutdown();
  full.shutdown();
  for (const outcome of [getting, ...putting]) assert.deepEqual(await outcome, { error: "QueueShutDown" });
  await Promise.all([empty.waitClosed(), full.waitClosed()]);
});

test("BlockingQueue calls end with a shutdown as a clean-up", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const blocked = connect(t, queue)({ do: "get" });
  await sleep(20);
  {
    using _ = { [Symbol.dispose]: () => queue.shutdown() };
  }
  assert.deepEqual(await blocked, { error: "QueueShutDown" });
});

test("openBridge closes its port once nothing can use it", { timeout: 20_000 }, async (t) => {
  const openPorts = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const pool = threads(t, 1);
  await pool.submit("nothing", []);
  const before = openPorts();
  for (const i of range(20)) {
    const queue = new BridgeQueue<number>();
    const port = queue.connect();
    queue.putNowait(i);
    assert.equal(await pool.submit("takeOne", [port], { transfer: [port] }), i);
  }
  assert.ok(openPorts() > before);
  while (openPorts() > before) await pool.submit("collectGarbage", []);
});

test("openBridge throws on the main thread", () => {
  const queue = new BridgeQueue<unknown>();
  assert.throws(() => openBridge(queue.connect()), { message: /belongs in a worker thread/ });
  queue.shutdown();
});
