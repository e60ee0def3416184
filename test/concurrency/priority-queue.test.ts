import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PriorityQueue } from "../../src/concurrency/index.js";
import { turn } from "../support/latch.js";

const byPriority = (one: { priority: number }, other: { priority: number }) => one.priority - other.priority;

test("PriorityQueue gives the smallest item first, and equal ones in arrival order", async () => {
  const step = fc.option(fc.integer({ min: 0, max: 9 })); // put one, or get one
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
      const queue = new PriorityQueue<{ priority: number; arrival: number }>({ compare: byPriority });
      const model: { priority: number; arrival: number }[] = [];
      for (const [arrival, priority] of steps.entries()) {
        if (priority !== null) {
          queue.putNowait({ priority, arrival });
          model.push({ priority, arrival });
          model.sort((one, other) => byPriority(one, other) || one.arrival - other.arrival);
        } else if (model.length > 0) assert.deepEqual(await queue.get(), model.shift());
        assert.equal(queue.size, model.length);
      }
      queue.shutdown();
      for await (const item of queue.items()) assert.deepEqual(item, model.shift());
      assert.equal(model.length, 0);
    }),
  );
});

test("PriorityQueue serves waiting putters and getters first come, first served", async () => {
  const queue = new PriorityQueue<number>({ maxSize: 1, compare: (a, b) => a - b });
  queue.putNowait(5);
  const puts = [queue.put(9), queue.put(1)];
  assert.deepEqual([await queue.get(), await queue.get(), await queue.get()], [5, 9, 1]);
  await Promise.all(puts);
  const gets = [queue.get(), queue.get()];
  await turn();
  await queue.put(2);
  await queue.put(1);
  assert.deepEqual(await Promise.all(gets), [2, 1]);
});

test("PriorityQueue refuses a compare that is not a function", () => {
  assert.throws(() => new PriorityQueue({} as never), TypeError);
});

test("PriorityQueue survives a compare that throws: no item and no putter is lost", async () => {
  const queue = new PriorityQueue<{ p: number } | null>({
    maxSize: 2,
    compare: (a, b) => (a as { p: number }).p - (b as { p: number }).p,
  });
  for (const p of [2, 1]) await queue.put({ p });
  const [bad, good] = [queue.put(null), queue.put({ p: 0 })];
  bad.catch(() => {}); // looked at below
  assert.deepEqual(await queue.get(), { p: 1 });
  await assert.rejects(bad, TypeError);
  await good; // the room is for the next putter
  assert.deepEqual([queue.size, queue.unfinished, await queue.get()], [2, 3, { p: 0 }]);
  await assert.rejects(queue.put(null), TypeError);
  assert.deepEqual([queue.size, queue.unfinished, await queue.get()], [1, 3, { p: 2 }]);
});

test("PriorityQueue drops its items at an immediate shutdown", () => {
  const queue = new PriorityQueue<number>({ compare: (a, b) => a - b });
  queue.putNowait(1);
  queue.shutdown({ immediate: true });
  assert.deepEqual([queue.size, queue.unfinished], [0, 0]);
});
