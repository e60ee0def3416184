import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import {
  BridgeQueue,
  openBridge,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  sleep,
} from "../../../src/concurrency/index.js";
import type { Call, Outcome } from "../../support/workers/bridge.js";

/** A worker at the other end of `queue`; each call resolves with how it ended there. */
function connect(t: TestContext, queue: BridgeQueue<unknown>): (call: Call) => Promise<Outcome> {
  const port = queue.connect();
  const url = new URL("../../support/workers/bridge.js", import.meta.url);
  const worker = new Worker(url, { workerData: port, transferList: [port] });
  t.after(() => worker.terminate());
  return async (call) => {
    worker.postMessage(call);
    const [outcome] = await once(worker, "message");
    return outcome;
  };
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const shutDown = { name: "QueueShutDown" };

/** Let the event loop turn until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

test("BRIDGE-01 items put by a worker arrive in order", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 3 });
  const call = connect(t, queue);
  const put = call({ do: "putMany", count: 200 });
  const got: unknown[] = [];
  for (let i = 0; i < 200; i++) got.push(await queue.get());
  assert.deepEqual(got, range(200));
  assert.deepEqual(await put, { value: undefined });
  assert.throws(() => queue.getNowait(), QueueEmpty);
  assert.deepEqual(await call({ do: "getNowait" }), { error: "QueueEmpty" });
  queue.shutdown();
});

test("BRIDGE-01 a wake-up that comes late is not taken for the next answer", async (t) => {
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

test("BRIDGE-02 items put here arrive in a worker in order, Buffers as Buffers", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 3 });
  const call = connect(t, queue);
  const got = call({ do: "getMany", count: 200 });
  for (const i of range(200)) await queue.put(i);
  assert.deepEqual(await got, { value: range(200) });
  for (const item of [Buffer.from("bytes"), null, undefined, 0, false, new Map([[1, new Date(2)]])]) {
    const back = queue.get();
    await call({ do: "put", item });
    assert.deepEqual(await back, item instanceof Buffer ? new Uint8Array(item) : item); // the test's own messages are plain
  }
  queue.shutdown();
});

test("BRIDGE-03 a blocked worker leaves the event loop free", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  const got = call({ do: "get" });
  let turns = 0;
  await until(() => ++turns > 50);
  queue.putNowait("late");
  assert.deepEqual(await got, { value: "late" });
  queue.shutdown();
});

test("BRIDGE-04 a full queue makes a put wait, on either side", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 1 });
  const call = connect(t, queue);
  let put = false;
  await call({ do: "put", item: "first" });
  const second = call({ do: "put", item: "second" }).then(() => {
    put = true;
  });
  await sleep(20);
  assert.equal(put, false);
  assert.equal(await queue.get(), "first");
  await second;
  const third = queue.put("third");
  assert.deepEqual(await call({ do: "get" }), { value: "second" });
  await third;
  assert.equal(await queue.get(), "third");
  queue.shutdown();
});

test("BRIDGE-05 getNowait and putNowait fail on either side", async (t) => {
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

test("BRIDGE-06 a blocking call that times out loses no item, and puts none", async (t) => {
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

test("BRIDGE-06 gets that time out while items come lose none of them", async (t) => {
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

test("BRIDGE-07 shutdown wakes blocked workers with QueueShutDown", async (t) => {
  const empty = new BridgeQueue<unknown>();
  const getting = connect(t, empty)({ do: "get", opts: { timeoutMs: 600_000 } });
  const full = new BridgeQueue<unknown>({ maxSize: 1 });
  const putting = [connect(t, full), connect(t, full)].map((call) => call({ do: "putMany", count: 2 }));
  await until(() => full.size === 1);
  await sleep(10);
  empty.shutdown();
  full.shutdown();
  for (const outcome of [getting, ...putting]) assert.deepEqual(await outcome, { error: "QueueShutDown" });
  await Promise.all([empty.waitClosed(), full.waitClosed()]);
});

test("BRIDGE-08 shutdown by the worker rejects those who wait here", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  const getting = assert.rejects(queue.get(), QueueShutDown);
  await call({ do: "shutdown" });
  await getting;
  const full = new BridgeQueue<unknown>({ maxSize: 1 });
  full.putNowait(1);
  const putting = assert.rejects(full.put(2), QueueShutDown);
  await connect(t, full)({ do: "shutdown", opts: { immediate: true } });
  await putting;
  assert.equal(full.size, 0);
});

test("BRIDGE-09 after a gentle shutdown the items come first, on either side; an immediate one drops them", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  for (const i of range(3)) queue.putNowait(i);
  queue.shutdown();
  assert.deepEqual(await call({ do: "get" }), { value: 0 });
  assert.equal(await queue.get(), 1);
  assert.deepEqual(await call({ do: "get" }), { value: 2 });
  assert.deepEqual(await call({ do: "get" }), { error: "QueueShutDown" });
  await assert.rejects(queue.get(), shutDown);

  const dropping = new BridgeQueue<unknown>();
  dropping.putNowait(1);
  dropping.shutdown({ immediate: true });
  assert.deepEqual(await connect(t, dropping)({ do: "get" }), { error: "QueueShutDown" });
});

test("BRIDGE-10 shutdown twice is fine, and everything fails afterwards on both sides", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  queue.shutdown();
  queue.shutdown();
  assert.deepEqual(await call({ do: "shutdown" }), { value: undefined });
  assert.equal(queue.closed, true);
  await assert.rejects(queue.put(1), shutDown);
  await assert.rejects(queue.get(), shutDown);
  for (const name of ["get", "put", "getNowait", "putNowait"] as const) {
    assert.deepEqual(await call({ do: name }), { error: "QueueShutDown" });
  }
});

test("BRIDGE-14 the item for an aborted getter goes to the next one, or stays", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  const controller = new AbortController();
  const aborted = assert.rejects(queue.get(controller), (reason) => reason === "aborted");
  const next = queue.get();
  controller.abort("aborted");
  await call({ do: "put", item: 1 });
  assert.equal(await next, 1);
  await aborted;
  await call({ do: "put", item: 2 });
  assert.equal(queue.size, 1);
  queue.shutdown();
});

test("BRIDGE-15 the item of an aborted putter never shows up", async (t) => {
  const queue = new BridgeQueue<unknown>({ maxSize: 1 });
  const call = connect(t, queue);
  queue.putNowait(1);
  const controller = new AbortController();
  const aborted = assert.rejects(queue.put(2, controller), (reason) => reason === "aborted");
  const next = queue.put(3);
  controller.abort("aborted");
  await aborted;
  assert.deepEqual(await call({ do: "getMany", count: 2 }), { value: [1, 3] });
  await next;
  queue.shutdown();
});

test("BRIDGE-16 waitClosed resolves when everyone has their answer, and needs a shutdown", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const blocked = connect(t, queue)({ do: "get" });
  await assert.rejects(queue.waitClosed(), { message: "waitClosed() was called before shutdown()" });
  await sleep(20);
  const here = assert.rejects(queue.get(), shutDown);
  queue.shutdown();
  await queue.waitClosed();
  await here;
  assert.deepEqual(await blocked, { error: "QueueShutDown" });
  await queue.waitClosed();
});

test("BRIDGE-17 a worker that died while it waited is forgotten: items stay for others", async () => {
  const openPorts = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const before = openPorts();
  const queue = new BridgeQueue<unknown>();
  const port = queue.connect();
  const url = new URL("../../support/workers/bridge.js", import.meta.url);
  const worker = new Worker(url, { workerData: port, transferList: [port] });
  worker.postMessage({ do: "put", item: "it runs" });
  await queue.get();
  worker.postMessage({ do: "get" });
  await sleep(20); // it need not wait yet, but it should have had the time to
  await worker.terminate();
  await until(() => openPorts() === before);
  queue.putNowait("kept");
  assert.equal(queue.size, 1);
  queue.shutdown();
});

test("BRIDGE-18 waiting for a worker's item keeps the process alive, a closed bridge does not", async () => {
  const program = `
    import { Worker } from "node:worker_threads";
    import { BridgeQueue } from ${JSON.stringify(new URL("../../../src/concurrency/index.js", import.meta.url))};
    const queue = new BridgeQueue();
    const port = queue.connect();
    const worker = new Worker(new URL(${JSON.stringify(new URL("../../support/workers/bridge.js", import.meta.url))}),
      { workerData: port, transferList: [port], execArgv: [] });
    worker.unref();
    setTimeout(() => worker.postMessage({ do: "put", item: "came" }), 50).unref();
    console.log(await queue.get());
    queue.shutdown();
  `;
  const args = ["--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  assert.equal(stdout, "came\n");
});

test("BRIDGE-19 the blocking side refuses the main thread", () => {
  const queue = new BridgeQueue<unknown>();
  assert.throws(() => openBridge(queue.connect()), { message: /belongs in a worker thread/ });
  queue.shutdown();
});

test("BRIDGE-20 shutdown as a clean-up frees a blocked worker, which can then end by itself", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const blocked = connect(t, queue)({ do: "get" });
  await sleep(20);
  {
    using _ = { [Symbol.dispose]: () => queue.shutdown() };
  }
  assert.deepEqual(await blocked, { error: "QueueShutDown" });
});
