import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Queue, QueueEmpty, QueueFull, QueueShutDown } from "../../src/concurrency/index.js";
import { isPending, turn } from "../support/latch.js";

/** A queue that is full with these items. */
function fullQueue<T>(...items: T[]): Queue<T> {
  const queue = new Queue<T>({ maxSize: items.length });
  for (const item of items) queue.putNowait(item);
  return queue;
}

function takeAll<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (queue.size > 0) items.push(queue.getNowait());
  return items;
}

test("Queue gives items back in the order they were put", async () => {
  const queue = new Queue<string>();
  await queue.put("a");
  queue.putNowait("b");
  await queue.put("c");
  assert.equal(queue.size, 3);
  assert.deepEqual([queue.getNowait(), await queue.get(), queue.getNowait()], ["a", "b", "c"]);
  assert.equal(queue.size, 0);
});

test("Queue takes null, 0, false and undefined as items", async () => {
  const items = [null, 0, false, undefined, "", Number.NaN];
  const queue = new Queue<unknown>();
  for (const item of items) queue.putNowait(item);
  queue.shutdown();
  const seen: unknown[] = [];
  for await (const item of queue) seen.push(item);
  assert.deepEqual(seen, items);
});

for (const opts of [undefined, {}, { maxSize: 0 }, { maxSize: -1 }]) {
  test(`Queue with options ${JSON.stringify(opts)} is unbounded`, async () => {
    const queue = new Queue<number>(opts);
    for (let i = 0; i < 1000; i++) await queue.put(i);
    assert.deepEqual([queue.size, queue.full, queue.maxSize], [1000, false, Number.POSITIVE_INFINITY]);
  });
}

for (const maxSize of [Number.NaN, 1.5, "3"]) {
  test(`Queue refuses a maxSize of ${maxSize} (${typeof maxSize})`, () => {
    const expected = { name: "RangeError", message: new RegExp(`got ${maxSize}`) };
    assert.throws(() => new Queue({ maxSize: maxSize as number }), expected);
  });
}

test("Queue.put() waits while the queue is full", async () => {
  const queue = fullQueue("a");
  const putting = queue.put("b");
  assert.equal(await isPending(putting), true);
  assert.deepEqual([queue.full, queue.size, queue.unfinished], [true, 1, 1]);
  assert.equal(queue.getNowait(), "a");
  assert.deepEqual(queue.size, 1, "the waiting item enters at once, before any other");
  await putting;
  assert.equal(queue.getNowait(), "b");
});

test("Queue.put() admits waiters in order, before any newcomer", async () => {
  const queue = fullQueue("a");
  const putting = [queue.put("b"), queue.put("c")];
  const taken = [queue.getNowait()];
  assert.throws(() => queue.putNowait("newcomer"), QueueFull);
  taken.push(await queue.get(), await queue.get());
  await Promise.all(putting);
  assert.deepEqual(taken, ["a", "b", "c"]);
});

test("Queue.get() waits for an item while the queue is empty", async () => {
  const queue = new Queue<string>();
  const getting = queue.get();
  assert.equal(await isPending(getting), true);
  queue.putNowait("a");
  assert.equal(queue.size, 0, "the item belongs to the getter at once");
  assert.throws(() => queue.getNowait(), QueueEmpty);
  assert.equal(await getting, "a");
});

test("Queue.getNowait() throws QueueEmpty on an empty queue and changes nothing", () => {
  const queue = new Queue<string>();
  assert.throws(() => queue.getNowait(), QueueEmpty);
  queue.putNowait("a");
  assert.equal(queue.getNowait(), "a");
});

test("Queue.putNowait() throws QueueFull on a full queue and changes nothing", () => {
  const queue = fullQueue("a", "b");
  assert.throws(() => queue.putNowait("c"), QueueFull);
  assert.equal(queue.unfinished, 2);
  assert.deepEqual(takeAll(queue), ["a", "b"]);
});

test("Queue.get() serves waiters in the order they began to wait", async () => {
  const queue = new Queue<string>();
  const getting = [queue.get(), queue.get(), queue.get()];
  for (const item of ["a", "b", "c"]) queue.putNowait(item);
  assert.deepEqual(await Promise.all(getting), ["a", "b", "c"]);
});

test("Queue.get() serves one waiter per item put", async () => {
  const queue = new Queue<string>();
  const getting = [queue.get(), queue.get()] as const;
  queue.putNowait("a");
  assert.equal(await getting[0], "a");
  assert.equal(await isPending(getting[1]), true);
  queue.putNowait("b");
  assert.equal(await getting[1], "b");
});

test("Queue.get() does not swallow the next waiter's item after an abort", async () => {
  const queue = new Queue<string>();
  const controller = new AbortController();
  const first = queue.get(controller);
  const second = queue.get();
  controller.abort("enough");
  queue.putNowait("a");
  await assert.rejects(first, (reason) => reason === "enough");
  assert.equal(await second, "a");
});

test("Queue.get() keeps its item if the abort follows the put", async () => {
  const queue = new Queue<string>();
  const controller = new AbortController();
  const first = queue.get(controller);
  const second = queue.get();
  queue.putNowait("a");
  controller.abort();
  assert.equal(await first, "a");
  assert.equal(await isPending(second), true);
  queue.putNowait("b");
  assert.equal(await second, "b");
});

test("Queue keeps an item put after its only getter was aborted", async () => {
  const queue = new Queue<string>();
  const controller = new AbortController();
  const getting = queue.get(controller);
  controller.abort(null);
  queue.putNowait("a");
  await assert.rejects(getting, (reason) => reason === null);
  assert.deepEqual(takeAll(queue), ["a"]);
});

test("Queue gives its only getter an item put before the abort", async () => {
  const queue = new Queue<string>();
  const controller = new AbortController();
  const getting = queue.get(controller);
  queue.putNowait("a");
  controller.abort();
  assert.equal(await getting, "a");
  assert.equal(queue.size, 0);
});

test("Queue.put() never adds the item of an aborted wait", async () => {
  const queue = fullQueue("a");
  const controller = new AbortController();
  const b = queue.put("b");
  const c = queue.put("c", controller);
  const d = queue.put("d");
  controller.abort("enough");
  const taken = [queue.getNowait(), queue.getNowait(), queue.getNowait()];
  await assert.rejects(c, (reason) => reason === "enough");
  await Promise.all([b, d]);
  assert.deepEqual(taken, ["a", "b", "d"]);
  assert.deepEqual([queue.size, queue.unfinished], [0, 3]);
});

test("Queue.put() succeeds if the abort follows the get that made room", async () => {
  const queue = fullQueue("a");
  const controller = new AbortController();
  const putting = queue.put("b", controller);
  queue.getNowait();
  controller.abort();
  await putting;
  assert.deepEqual(takeAll(queue), ["b"]);
});

test("Queue keeps no waiter and no listener of 1000 aborted calls", async () => {
  const empty = new Queue<number>();
  const full = fullQueue(-1);
  const controller = new AbortController();
  const waits = Array.from({ length: 1000 }, (_, i) => [empty.get(controller), full.put(i, controller)]).flat();
  controller.abort("closing");
  const outcomes = await Promise.allSettled(waits);
  assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === "closing"));
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  empty.putNowait(1);
  assert.deepEqual(takeAll(empty), [1]);
  assert.deepEqual(takeAll(full), [-1]);
});

test("Queue.join() rejects when its signal aborts", async () => {
  const queue = fullQueue("a");
  const controller = new AbortController();
  const joining = queue.join(controller);
  controller.abort("enough");
  await assert.rejects(joining, (reason) => reason === "enough");
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("Queue.get(), put() and join() do nothing if their signal has aborted", async () => {
  const queue = new Queue<string>({ maxSize: 2 });
  queue.putNowait("a");
  const signal = AbortSignal.abort("too late");
  for (const wait of [queue.get({ signal }), queue.put("b", { signal }), queue.join({ signal })]) {
    await assert.rejects(wait, (reason) => reason === "too late");
  }
  assert.equal(queue.unfinished, 1);
  assert.deepEqual(takeAll(queue), ["a"]);
});

test("Queue.get(), put() and join() change nothing if given a controller for its signal", async () => {
  const slip = { signal: new AbortController() as unknown as AbortSignal };
  const refused = { name: "TypeError", message: "signal must be an AbortSignal, got AbortController" };
  const queue = new Queue<string>({ maxSize: 1 });
  await assert.rejects(queue.get(slip), refused);
  await queue.put("a");
  await assert.rejects(queue.put("b", slip), refused);
  await assert.rejects(queue.join(slip), refused);
  assert.deepEqual(takeAll(queue), ["a"]);
});

test("Queue.join() resolves at once on a queue that held no item", async () => {
  const queue = new Queue();
  assert.equal(await isPending(queue.join()), false);
  assert.equal(await isPending(queue.join()), false);
});

test("Queue.join() waits until every item is done, not just taken", async () => {
  const queue = fullQueue("a", "b");
  const joining = [queue.join(), queue.join()];
  takeAll(queue);
  assert.equal(await isPending(Promise.any(joining)), true);
  queue.taskDone();
  assert.equal(queue.unfinished, 1);
  assert.equal(await isPending(Promise.any(joining)), true);
  queue.taskDone();
  await Promise.all(joining);
});

test("Queue.join() waits for items of waiting putters and getters as well", async () => {
  const queue = fullQueue("a");
  const putting = queue.put("b");
  const joining = queue.join();
  const taken = [await queue.get(), await queue.get(), queue.get()];
  await putting;
  queue.putNowait("c"); // directly to the waiting getter
  assert.deepEqual(await Promise.all(taken), ["a", "b", "c"]);
  for (const _ of taken) {
    assert.equal(await isPending(joining), true);
    queue.taskDone();
  }
  await joining;
});

test("Queue.taskDone() throws if called more often than items were put", async () => {
  const queue = new Queue<string>();
  assert.throws(() => queue.taskDone(), RangeError);
  queue.putNowait("a");
  queue.taskDone();
  assert.throws(() => queue.taskDone(), RangeError);
  assert.deepEqual([queue.size, queue.unfinished], [1, 0]);
  await queue.join();
});

test("Queue.shutdown() of an empty queue rejects every later call", async () => {
  const queue = new Queue<string>();
  const waiting = [queue.get(), queue.get()];
  queue.shutdown();
  assert.equal(queue.closed, true);
  for (const wait of [...waiting, queue.get(), queue.put("a")]) await assert.rejects(wait, QueueShutDown);
  assert.throws(() => queue.getNowait(), QueueShutDown);
  assert.throws(() => queue.putNowait("a"), QueueShutDown);
  await queue.join();
  assert.deepEqual([queue.size, queue.unfinished], [0, 0]);
});

test("Queue.shutdown() rejects waiters unless their abort came first", async () => {
  for (const first of ["abort", "shutdown"]) {
    const empty = new Queue<string>();
    const full = fullQueue("a");
    const controller = new AbortController();
    const waits = [empty.get(controller), full.put("b", controller)];
    if (first === "abort") controller.abort("enough");
    for (const queue of [empty, full]) queue.shutdown();
    controller.abort();
    const expected = (error: unknown) => (first === "abort" ? error === "enough" : error instanceof QueueShutDown);
    for (const wait of waits) await assert.rejects(wait, expected);
  }
});

test("Queue.shutdown() rejects putters and lets getters drain the queue", async () => {
  const queue = fullQueue("a", "b");
  const putting = queue.put("c");
  const joining = queue.join();
  queue.shutdown();
  await assert.rejects(putting, QueueShutDown);
  assert.deepEqual([await queue.get(), queue.getNowait()], ["a", "b"]);
  await assert.rejects(queue.get(), QueueShutDown);
  assert.throws(() => queue.getNowait(), QueueShutDown);
  assert.equal(await isPending(joining), true);
  queue.taskDone();
  queue.taskDone();
  await joining;
});

test("Queue.shutdown({ immediate }) drops the items and counts them as done", async () => {
  const queue = fullQueue("a", "b");
  const putting = queue.put("c");
  const joining = queue.join();
  queue.shutdown({ immediate: true });
  await joining;
  await assert.rejects(putting, QueueShutDown);
  await assert.rejects(queue.get(), QueueShutDown);
  assert.deepEqual([queue.size, queue.unfinished], [0, 0]);
});

test("Queue.shutdown({ immediate }) rejects waiting getters", async () => {
  const queue = new Queue<string>();
  const getting = queue.get();
  queue.shutdown({ immediate: true });
  await assert.rejects(getting, QueueShutDown);
});

test("Queue.shutdown() called again follows the stricter call", () => {
  const queue = fullQueue("a");
  queue.shutdown();
  queue.shutdown();
  assert.equal(queue.size, 1);
  queue.shutdown({ immediate: true });
  queue.shutdown({ immediate: false });
  assert.deepEqual([queue.size, queue.unfinished, queue.closed], [0, 0, true]);
});

test("Queue.shutdown({ immediate }) counts no item twice after an early taskDone()", async () => {
  const queue = fullQueue("a", "b");
  queue.taskDone();
  queue.shutdown({ immediate: true });
  assert.equal(queue.unfinished, 0);
  assert.throws(() => queue.taskDone(), RangeError);
  assert.equal(await isPending(queue.join()), false);
});

test("Queue.join() waits for taken items after an immediate shutdown", async () => {
  const queue = fullQueue("a", "b");
  queue.getNowait();
  queue.shutdown({ immediate: true });
  const joining = queue.join();
  assert.equal(await isPending(joining), true);
  queue.taskDone();
  await joining;
  assert.throws(() => queue.taskDone(), RangeError);
});

test("Queue loop waits for items and ends after shutdown and drain", async () => {
  const queue = new Queue<string>();
  const seen: string[] = [];
  async function consume(): Promise<void> {
    for await (const item of queue) seen.push(item);
  }
  const consuming = consume();
  await turn();
  for (const item of ["a", "b", "c"]) await queue.put(item);
  queue.shutdown();
  await consuming;
  assert.deepEqual(seen, ["a", "b", "c"]);
});

test("Queue loop that breaks leaves the later items in the queue", async () => {
  const queue = fullQueue("a", "b", "c");
  for await (const item of queue) {
    assert.equal(item, "a");
    break;
  }
  assert.equal(queue.closed, false);
  await queue.put("d");
  assert.deepEqual(takeAll(queue), ["b", "c", "d"]);
});

test("Queue iterator takes no item put after its return()", async () => {
  const queue = new Queue<string>();
  const iterator = queue[Symbol.asyncIterator]();
  const next = iterator.next();
  const left = iterator.return?.();
  queue.putNowait("a");
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.deepEqual(await left, { done: true, value: undefined });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  assert.deepEqual(takeAll(queue), ["a"]);
});

test("Queue iterator gives an item put before its return()", async () => {
  const queue = new Queue<string>();
  const iterator = queue[Symbol.asyncIterator]();
  const next = iterator.next();
  queue.putNowait("a");
  await iterator.return?.();
  assert.deepEqual(await next, { done: false, value: "a" });
});

test("Queue iterators share the items and all end", async () => {
  const queue = new Queue<number>({ maxSize: 2 });
  const seen: number[][] = [[], [], []];
  const consuming = seen.map(async (mine) => {
    for await (const item of queue) mine.push(item);
  });
  for (let i = 0; i < 12; i++) await queue.put(i);
  queue.shutdown();
  await Promise.all(consuming);
  assert.deepEqual(
    seen.flat().sort((a, b) => a - b),
    Array.from({ length: 12 }, (_, i) => i),
  );
  for (const mine of seen) assert.ok(mine.length > 0, "every iterator had an item");
});

test("Queue costs the same per item at any length", () => {
  const short = cpuPerOperation(1_000, 200);
  const long = cpuPerOperation(200_000, 1);
  assert.ok(long < short * 20, `${short} µs an item in a queue of 1,000, ${long} µs in one of 200,000`);
});

function cpuPerOperation(length: number, rounds: number): number {
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const queue = new Queue<number>();
    for (let i = 0; i < length; i++) queue.putNowait(i);
    for (let i = 0; i < length; i++) queue.getNowait();
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / (length * rounds);
}

test("Queue wakes 30,000 waiters without overflowing the stack", async () => {
  const many = 30_000;
  const queue = new Queue<number>({ maxSize: 1 });
  const getting = Array.from({ length: many }, () => queue.get());
  const putting = Array.from({ length: many }, (_, i) => queue.put(i));
  await Promise.all(putting);
  assert.equal((await Promise.all(getting)).at(-1), many - 1);

  const refused = [queue.put(0), ...Array.from({ length: many }, (_, i) => queue.put(i))];
  queue.shutdown();
  const outcomes = await Promise.allSettled(refused);
  assert.equal(outcomes.filter(({ status }) => status === "rejected").length, many);
});
