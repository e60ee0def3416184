import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { appears, open, temporaryFolder, textOf } from "../../support/files.js";
import { type Tasks, tasks } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name}.submit() resolves with the value of a function, sync or async`, async () => {
    await using pool = make({ maxWorkers: 1 });
    assert.equal(await pool.submit("add", [1, 2]), 3);
    assert.equal(await pool.submit("addLater", [3, 4]), 7);
  });

  test(`${Pool.name} never has more workers or running tasks than maxWorkers`, async (t) => {
    const path = temporaryFolder(t);
    mkdirSync(path("running"));
    await using pool = make({ maxWorkers: 2 });
    const [a, b, c] = ["a", "b", "c"].map((name) => pool.submit("holdUntil", [path(name), path("latch")]));
    await Promise.all([appears(path("a")), appears(path("b"))]);
    assert.equal(existsSync(path("c")), false);
    open(path("latch"));
    await Promise.all([a, b, c]);
    const tasks = Array.from({ length: 30 }, (_, id) => pool.submit("countTogether", [path("running"), id]));
    const owners = Array.from({ length: 30 }, () => pool.submit("who", []));
    assert.ok(Math.max(...(await Promise.all(tasks))) <= 2);
    assert.ok(new Set(await Promise.all(owners)).size <= 2);
  });

  test(`${Pool.name}.stats counts workers, running and waiting tasks`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 2 });
    assert.deepEqual(pool.stats, { workers: 0, running: 0, queued: 0 });
    const controller = new AbortController();
    const held = ["a", "b", "c"].map((name) => pool.submit("holdUntil", [path(name), path("latch")]));
    const aborted = assert.rejects(pool.submit("nothing", [], controller));
    assert.deepEqual(pool.stats, { workers: 0, running: 0, queued: 4 });
    await Promise.all([appears(path("a")), appears(path("b"))]);
    assert.deepEqual(pool.stats, { workers: 2, running: 2, queued: 2 });
    controller.abort();
    await aborted;
    assert.deepEqual(pool.stats, { workers: 2, running: 2, queued: 1 });
    open(path("latch"));
    await Promise.all(held);
    assert.deepEqual(pool.stats, { workers: 2, running: 0, queued: 0 });
    await pool.shutdown();
    assert.deepEqual(pool.stats, { workers: 0, running: 0, queued: 0 });
  });

  test(`${Pool.name} uses an idle worker again`, async () => {
    await using pool = make({ maxWorkers: 4 });
    const first = await pool.submit("who", []);
    for (let i = 0; i < 5; i++) assert.equal(await pool.submit("who", []), first);
  });

  test(`${Pool.name} starts nothing without tasks, and shuts down at once`, async () => {
    const before = process.getActiveResourcesInfo().length;
    const pool = new Pool(new URL("file:///no/such/module.js"));
    assert.equal(process.getActiveResourcesInfo().length, before);
    await pool.shutdown();
  });

  test(`${Pool.name} refuses options that are not positive whole numbers`, () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "2" as never]) {
      assert.throws(() => make({ maxWorkers: bad }), { name: "RangeError", message: /^maxWorkers must be/ });
      assert.throws(() => make({ maxHeapMiB: bad }), { name: "RangeError", message: /^maxHeapMiB must be/ });
    }
    assert.throws(() => new Pool("./tasks.js" as never), {
      name: "TypeError",
      message: /must be a URL, got \.\/tasks/,
    });
  });

  test(`${Pool.name}.submit() starts tasks in order, tiny ones too`, async (t) => {
    const log = temporaryFolder(t)("log");
    await using pool = make({ maxWorkers: 1 });
    const letters = "abcdefghijklmnopqrstuvwxyz0123456789".repeat(10);
    await Promise.all([...letters].map((letter) => pool.submit("note", [log, letter])));
    assert.equal(textOf(log), letters);
  });

  test(`${Pool.name}.submit() calls only functions that the module exports`, async () => {
    await using pool = make({ maxWorkers: 1 });
    for (const name of ["missing", "toString", "__proto__", "constructor", "notAFunction"]) {
      await assert.rejects(pool.submit(name as "who", []), {
        name: "TypeError",
        message: `the worker module exports no function named "${name}"`,
      });
    }
  });
}
