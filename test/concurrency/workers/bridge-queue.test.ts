import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { BridgeQueue, QueueEmpty, QueueShutDown, sleep } from "../../../src/concurrency/index.js";
import { until } from "../../support/until.js";
import { connect, range, startBridgeWorker } from "../../support/workers/connect.js";
import { threads } from "../../support/workers/pools.js";

const shutDown = { name: "QueueShutDown" };

test("BridgeQueue passes items to a worker in order, and Buffers as Buffers", async (t) => {
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

test("BridgeQueue loses an item that cannot be cloned when a worker takes it, and goes on", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const call = connect(t, queue);
  const waiting = call({ do: "get" });
  await queue.put(() => {});
  assert.deepEqual(await waiting, { error: "DOMException" });
  await queue.put("next");
  assert.deepEqual(await call({ do: "get" }), { value: "next" });
  queue.taskDone();
  assert.equal(queue.unfinished, 1); // that of the lost item
  queue.shutdown();
});

test("BridgeQueue passes items from a worker in order", async (t) => {
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

test("BridgeQueue.put() waits while the queue is full, on both sides", async (t) => {
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

test("BridgeQueue.get() and put() reject when a worker shuts the queue down", async (t) => {
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

test("BridgeQueue.shutdown() lets both sides drain the items; an immediate one drops them", async (t) => {
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

test("BridgeQueue.shutdown() may be called twice, and all calls on both sides fail after it", async (t) => {
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

test("BridgeQueue.get() leaves its item to the next getter, or to the queue, when aborted", async (t) => {
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

test("BridgeQueue.put() adds nothing when aborted", async (t) => {
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

test("BridgeQueue.waitClosed() resolves once no call waits, and needs a shutdown", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const blocked = connect(t, queue)({ do: "get" });
  await assert.rejects(queue.waitClosed(), {
    message: "waitClosed() was called before shutdown(): calls may wait for ever",
  });
  await sleep(20);
  const here = assert.rejects(queue.get(), shutDown);
  queue.shutdown();
  await queue.waitClosed();
  await here;
  assert.deepEqual(await blocked, { error: "QueueShutDown" });
  await queue.waitClosed();
});

test("BridgeQueue forgets a worker that died while it waited: items stay for others", async () => {
  const openPorts = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const before = openPorts();
  const queue = new BridgeQueue<unknown>();
  const worker = startBridgeWorker(queue);
  worker.postMessage({ do: "put", item: "it runs" });
  await queue.get();
  worker.postMessage({ do: "get" });
  await sleep(20); // it may not wait yet, but has had the time to
  await worker.terminate();
  await until("the port is closed", () => openPorts() === before);
  queue.putNowait("kept");
  assert.equal(queue.size, 1);
  queue.shutdown();
});

/** A worker that asks for an item and never reads the reply. It ends when it gets a message. */
function startDeafWorker(queue: BridgeQueue<unknown>): Worker {
  const code = `
    const { parentPort, workerData, receiveMessageOnPort } = require("node:worker_threads");
    receiveMessageOnPort(workerData);
    workerData.postMessage([{ type: "get" }]);
    parentPort.on("message", () => process.exit());
  `;
  const port = queue.connect();
  return new Worker(code, { eval: true, workerData: port, transferList: [port] });
}

test("BridgeQueue gives an item that a dead worker did not read to the next getter", { timeout: 20_000 }, async () => {
  const queue = new BridgeQueue<unknown>();
  const worker = startDeafWorker(queue);
  queue.putNowait("kept");
  await until("an empty queue", () => queue.size === 0);
  const next = queue.get();
  worker.postMessage("exit");
  assert.equal(await next, "kept");
  assert.equal(queue.unfinished, 1);
  queue.shutdown();
});

test("BridgeQueue keeps an item that a dead worker did not read as its oldest", { timeout: 20_000 }, async () => {
  const queue = new BridgeQueue<unknown>();
  const worker = startDeafWorker(queue);
  for (const item of ["first", "second"]) queue.putNowait(item);
  await until("one item", () => queue.size === 1);
  queue.shutdown();
  await worker.terminate();
  await until("two items", () => queue.size === 2);
  assert.deepEqual([queue.getNowait(), queue.getNowait()], ["first", "second"]);
  await assert.rejects(queue.get(), shutDown);
});

test("BridgeQueue drops an item that a dead worker did not read after an immediate shutdown", {
  timeout: 20_000,
}, async () => {
  const queue = new BridgeQueue<unknown>();
  const worker = startDeafWorker(queue);
  queue.putNowait("dropped");
  await until("an empty queue", () => queue.size === 0);
  queue.shutdown({ immediate: true });
  worker.postMessage("exit");
  await queue.join();
  assert.equal(queue.size, 0);
});

test("BridgeQueue.get() waits on after a worker died, until shutdown() or the item of another worker", async (t) => {
  const queue = new BridgeQueue<unknown>();
  const worker = startBridgeWorker(queue);
  worker.postMessage({ do: "put", item: "before" });
  assert.equal(await queue.get(), "before");
  const [first, second] = [queue.get(), assert.rejects(queue.get(), shutDown)];
  await worker.terminate();
  assert.deepEqual(await connect(t, queue)({ do: "put", item: "of another" }), { value: undefined });
  assert.equal(await first, "of another");
  const last = startBridgeWorker(queue);
  last.on("exit", () => queue.shutdown());
  await last.terminate();
  await second;
});

test("BridgeQueue passes items to a task of a ThreadPool, which marks them as done", async (t) => {
  const queue = new BridgeQueue<number>();
  const port = queue.connect();
  const sum = threads(t, 1).submit("sumItems", [port], { transfer: [port] });
  for (const i of range(10)) await queue.put(i);
  await queue.join();
  queue.shutdown();
  assert.equal(await sum, 45);
});

test("BridgeQueue keeps the process alive for a worker until it is shut down", async () => {
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
