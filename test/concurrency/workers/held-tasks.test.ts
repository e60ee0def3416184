import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { appears, open, temporaryFolder, textOf } from "../../support/files.js";
import { type Tasks, tasks, threads, warm } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name} runs the tasks behind an aborted one on a new worker, once each`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    for (let i = 0; i < 200; i++) await pool.submit("nothing", []); // tiny tasks: the worker is trusted with several
    const controller = new AbortController();
    const stuck = pool.submit("spin", [path("started")], controller);
    const behind = Array.from({ length: 20 }, (_, i) => pool.submit("note", [path("log"), `${i} `]));
    await appears(path("started"));
    controller.abort(new Error("enough"));
    await assert.rejects(stuck, { message: "enough" });
    await Promise.all(behind);
    assert.equal(textOf(path("log")), Array.from({ length: 20 }, (_, i) => `${i} `).join(""));
  });

  test(`${Pool.name} moves the tasks behind a slow one to the other worker`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 2 });
    await Promise.all(Array.from({ length: 400 }, () => pool.submit("nothing", [])));
    const slow = pool.submit("holdUntil", [path("started"), path("latch")]);
    await Promise.all(Array.from({ length: 60 }, () => pool.submit("nothing", [])));
    open(path("latch"));
    await slow;
  });
}

test("ThreadPool gives no slot of a worker to tasks that cannot be cloned", { timeout: 20_000 }, async (t) => {
  const pool = threads(t, 1);
  await warm(pool);
  const uncloneable = () => pool.submit("bytes", [(() => {}) as never]).catch(() => "refused");
  for (let round = 0; round < 20; round++) {
    const good = () => pool.submit("bytes", [new Uint8Array(3)]);
    const first = [pool.submit("block", [1]), ...Array.from({ length: 10 }, uncloneable)];
    const rest = [good(), ...Array.from({ length: 30 }, uncloneable), good(), good()];
    const outcomes = await Promise.all([...first, ...rest]);
    assert.equal(outcomes.filter((outcome) => outcome === 3).length, 3);
  }
});
