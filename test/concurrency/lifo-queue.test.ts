import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { LifoQueue } from "../../src/concurrency/index.js";

test("LifoQueue gives the youngest item first", async () => {
  const queue = new LifoQueue<number | null>({ maxSize: 3 });
  for (const item of [1, null, 3]) queue.putNowait(item);
  assert.equal(await queue.get(), 3);
  await queue.put(4);
  queue.shutdown();
  const rest: unknown[] = [];
  for await (const item of queue.items()) rest.push(item);
  assert.deepEqual(rest, [4, null, 1]);
});

test("LifoQueue drops its items at an immediate shutdown", async () => {
  const queue = new LifoQueue<number>();
  queue.putNowait(1);
  queue.shutdown({ immediate: true });
  assert.equal(queue.size, 0);
  await queue.join();
});
