import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { mapConcurrent, Queue, QueueShutDown, taskGroup } from "../../src/concurrency/index.js";
import { isPending, turn } from "../support/latch.js";

test("Queue.items() rejects with its signal's reason, even while it waits", async () => {
  const [queue, controller] = [new Queue<number>(), new AbortController()];
  const seen: number[] = [];
  const loop = (async () => {
    for await (const item of queue.items(controller)) seen.push(item);
  })();
  queue.putNowait(0);
  await turn();
  controller.abort("enough");
  await assert.rejects(loop, (reason) => reason === "enough");
  queue.putNowait(1);
  assert.deepEqual([seen, queue.size], [[0], 1]);
});

test("Queue.items() lets a task group fail with the producer's error", async () => {
  const queue = new Queue<string>({ maxSize: 1 });
  const seen: string[] = [];
  const group = taskGroup(async ({ spawn, signal }) => {
    spawn(async () => {
      await queue.put("first");
      throw new Error("the producer broke");
    });
    for await (const item of queue.items({ signal })) seen.push(item);
  });
  await assert.rejects(group, { errors: [new Error("the producer broke")] });
  assert.deepEqual(seen, ["first"]);
});

test("Queue.items() delivers an item put before the abort, not one after", async () => {
  for (const [putFirst, left] of [
    [true, 0],
    [false, 1],
  ] as const) {
    const [queue, controller] = [new Queue<number>(), new AbortController()];
    const step = queue.items(controller).next();
    await turn();
    if (putFirst) queue.putNowait(1);
    controller.abort("enough");
    if (!putFirst) queue.putNowait(1);
    if (putFirst) assert.deepEqual(await step, { done: false, value: 1 });
    else await assert.rejects(step, (reason) => reason === "enough");
    assert.equal(queue.size, left);
  }
});

test("Queue.items() rejects in place of a rejected item, and keeps the next", async () => {
  for (const reason of [new Error("broken"), undefined, new QueueShutDown("of another queue")]) {
    const queue = new Queue<unknown>();
    for (const item of [1, Promise.reject(reason), 3]) queue.putNowait(item);
    queue.shutdown();
    const seen: unknown[] = [];
    await assert.rejects(
      async () => {
        for await (const item of queue) seen.push(item);
      },
      (error) => error === reason,
    );
    assert.deepEqual([seen, queue.size, queue.getNowait()], [[1], 1, 3]);
  }
});

test("mapConcurrent rejects with the error of a rejected item in a queue", async () => {
  const queue = new Queue<unknown>();
  for (const item of [1, Promise.reject(new Error("broken")), 3]) queue.putNowait(item);
  queue.shutdown();
  await assert.rejects(
    mapConcurrent(queue, (item) => item, { concurrency: 1 }),
    /broken/,
  );
  assert.equal(queue.size, 1);
});

test("Queue.items() ends when left during a wait, without a getter behind", async () => {
  const queue = new Queue<number>();
  const items = queue.items();
  const step = items.next();
  await turn();
  assert.deepEqual(await items.return?.(), { done: true, value: undefined });
  assert.deepEqual(await step, { done: true, value: undefined });
  queue.putNowait(1);
  assert.equal(queue.size, 1);
  assert.equal(await isPending(items.next()), false);
});

test("Queue refuses a number instead of options", () => {
  assert.throws(() => new Queue(5 as never), /expected options such as \{ maxSize: 5 \}, got 5/);
});
