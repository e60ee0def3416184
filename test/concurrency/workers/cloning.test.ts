import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { levelsOf, nested } from "../../support/workers/handover.js";
import { processes, type Tasks, tasks, threads } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name}.submit() rejects arguments that cannot be cloned, and no other task`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const bad = [() => {}, Symbol("s"), [Promise.resolve()]];
    const outcomes = await Promise.allSettled(
      bad.flatMap((value) => [pool.submit("echo", [value]), pool.submit("who", [])]),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (index % 2 === 1) assert.deepEqual(outcome, { status: "fulfilled", value: worker });
      else assert.equal((outcome as PromiseRejectedResult).reason.name, "DataCloneError");
    }
  });

  test(`${Pool.name}.submit() rejects a result that cannot be cloned, and the worker lives`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    await assert.rejects(pool.submit("makeFunction", []), { name: "DataCloneError" });
    assert.equal(await pool.submit("who", []), worker);
  });

  test(`${Pool.name} keeps its worker after both kinds of rejection`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const bad = [pool.submit("echo", [() => {}]), pool.submit("makeFunction", [])];
    for (const task of bad) await assert.rejects(task, { name: "DataCloneError" });
    assert.equal(await pool.submit("who", []), worker);
  });
}

test("ThreadPool and ProcessPool refuse values of more than 1,000 levels, both ways", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    const worker = await pool.submit("who", []);
    const other = pool.submit("block", [1]);
    for (const kind of ["objects", "maps"] as const) {
      assert.equal(await pool.submit("levelsOf", [nested(900, kind)]), 900);
      assert.equal(levelsOf(await pool.submit("nested", [900, kind])), 900);
      for (const levels of [1100, 1700, 2500, 3500, 5000, 10_000, 20_000, 100_000]) {
        const refused = { name: "DataCloneError", message: "nested more than 1000 levels deep" };
        await assert.rejects(pool.submit("levelsOf", [nested(levels, kind)]), refused);
        await assert.rejects(pool.submit("nested", [levels, kind]), refused);
      }
    }
    await other;
    assert.equal(await pool.submit("who", []), worker);
  }
});

test("ThreadPool and ProcessPool refuse a long list that chains its items", async (t) => {
  const items = Array.from({ length: 5000 }, (): { inner: unknown } => ({ inner: null }));
  for (const [i, item] of items.entries()) item.inner = items[i + 1] ?? null;
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(pool.submit("levelsOf", [items as never]), { name: "DataCloneError" });
    assert.equal(await pool.submit("levelsOf", [items[4500] as never]), 500);
  }
});
