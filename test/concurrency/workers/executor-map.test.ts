import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { appears, temporaryFolder, textOf } from "../../support/files.js";
import { type Tasks, tasks } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name}.map() yields in item order, and starts before the first next()`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 2 });
    const unasked = pool.map("spin", [path("started")]);
    await appears(path("started"));
    const items = Array.from({ length: 50 }, (_, i) => i);
    const results: unknown[] = [];
    for await (const value of pool.map("echo", items)) results.push(value);
    assert.deepEqual(results, items);
    await pool.shutdown({ force: true });
    await assert.rejects(unasked.next(), { name: "AbortError" });
  });

  test(`${Pool.name}.map() throws the error of a task in its place, then ends`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const results = pool.map("byteLength", [new ArrayBuffer(1), new ArrayBuffer(2), null as never, new ArrayBuffer(3)]);
    assert.deepEqual(await results.next(), { done: false, value: 1 });
    assert.deepEqual(await results.next(), { done: false, value: 2 });
    await assert.rejects(results.next(), { name: "TypeError" });
    assert.deepEqual(await results.next(), { done: true, value: undefined });
  });

  test(`${Pool.name}.map() cancels waiting tasks when left, and lets the running one finish`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const first = path("1");
    const results = pool.map("spin", [first, path("2"), path("3")]);
    await appears(first);
    await results.return?.();
    const controller = new AbortController();
    const after = pool.submit("who", [], controller);
    assert.deepEqual(await results.next(), { done: true, value: undefined });
    controller.abort("the spinning task still has the worker");
    await assert.rejects(after);
    await pool.shutdown({ force: true });
    assert.deepEqual([textOf(path("2")), textOf(path("3"))], ["", ""]);
  });

  test(`${Pool.name}.map() stops running tasks when aborted`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const controller = new AbortController();
    const results = pool.map("spin", [path("1"), path("2")], controller);
    const next = results.next();
    await appears(path("1"));
    controller.abort("enough");
    await assert.rejects(next, (reason) => reason === "enough");
    assert.equal(await pool.submit("add", [1, 1]), 2);
    assert.equal(textOf(path("2")), "");
  });

  test(`${Pool.name}.map() pulls no further ahead than its buffer`, async () => {
    await using pool = make({ maxWorkers: 2 });
    let pulled = 0;
    function* endless() {
      for (;;) yield pulled++;
    }
    for (const buffer of [0, "2" as never]) {
      const message = `buffer must be a positive whole number or Infinity, got ${buffer}`;
      assert.throws(() => pool.map("echo", [], { buffer }), { name: "RangeError", message });
    }
    const results = pool.map("echo", endless(), { buffer: 4 });
    assert.equal(pulled, 4);
    for (let i = 0; i < 10; i++) {
      assert.deepEqual(await results.next(), { done: false, value: i });
      assert.ok(pulled <= i + 5);
    }
    await results.return?.();
  });

  test(`${Pool.name}.map() pulls 64 items ahead by default, or 4 for each worker`, async (t) => {
    for (const [maxWorkers, buffer] of [[2, 64] as const, [20, 80] as const]) {
      const pool = make({ maxWorkers });
      t.after(() => pool.shutdown({ force: true }));
      let pulled = 0;
      function* endless() {
        for (;;) {
          assert.ok(pulled <= 1000);
          yield pulled++;
        }
      }
      const results = pool.map("echo", endless());
      assert.equal(pulled, buffer);
      if (maxWorkers === 2) {
        for (let i = 0; i < 100; i++) assert.deepEqual(await results.next(), { done: false, value: i });
        assert.ok(pulled <= 100 + buffer);
      }
      await Promise.all([results.return?.(), pool.shutdown({ force: true })]);
    }
  });
}
