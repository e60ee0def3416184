import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { collectGarbage } from "../../support/collect-garbage.js";
import { appears, open, temporaryFolder, textOf } from "../../support/files.js";
import { type Tasks, tasks } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name}.submit() rejects an aborted waiting task at once and never runs it`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const controller = new AbortController();
    const running = pool.submit("holdUntil", [path("started"), path("latch")]);
    const before = pool.submit("note", [path("log"), "a"]);
    const aborted = pool.submit("note", [path("log"), "b"], controller);
    const behind = pool.submit("note", [path("log"), "c"]);
    await appears(path("started"));
    controller.abort("reason");
    await assert.rejects(aborted, (reason) => reason === "reason");
    open(path("latch"));
    await Promise.all([running, before, behind]);
    assert.equal(textOf(path("log")), "ac");
  });

  test(`${Pool.name}.submit() starts nothing if its signal has aborted`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const signal = AbortSignal.abort(null);
    await assert.rejects(pool.submit("note", [path("log"), "a"], { signal }), (reason) => reason === null);
    await assert.rejects(pool.map("note", [path("log")], { signal }).next(), (reason) => reason === null);
    await pool.submit("nothing", []);
    assert.equal(textOf(path("log")), "");
  });

  test(`${Pool.name}.submit() rejects an aborted running task at once and replaces its worker`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const controller = new AbortController();
    const running = pool.submit("spin", [path("started")], controller);
    const next = pool.submit("who", []);
    await appears(path("started"));
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(running, (error) => error === reason);
    assert.notEqual(await next, worker);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });

  test(`${Pool.name} loses no other task when tiny ones are aborted at random`, async (t) => {
    const log = temporaryFolder(t)("log");
    await using pool = make({ maxWorkers: 2 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, async (_, i) => {
        const controller = new AbortController();
        const task = pool.submit("note", [log, `${i} `], i % 25 === 7 ? controller : {});
        if (i % 25 === 7) setImmediate(() => controller.abort("aborted"));
        await task;
      }),
    );
    const ran = textOf(log).trim().split(" ").map(Number);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === "rejected") assert.equal(outcome.reason, "aborted");
      if (i % 25 !== 7) assert.equal(outcome.status, "fulfilled", `task ${i}`);
      const times = ran.filter((each) => each === i).length;
      assert.ok(outcome.status === "fulfilled" ? times === 1 : times <= 1, `task ${i} ran ${times} times`);
    }
  });

  test(`${Pool.name} keeps nothing of 200,000 tasks aborted behind a long one`, async (t) => {
    const path = temporaryFolder(t);
    const pool = make({ maxWorkers: 1 });
    t.after(() => pool.shutdown({ force: true }));
    const spinning = assert.rejects(pool.submit("spin", [path("started")]), { name: "AbortError" });
    await appears(path("started"));
    const before = await usedHeap();
    for (let batch = 0; batch < 200; batch++) {
      const controller = new AbortController();
      const tasks = Array.from({ length: 1000 }, (_, i) => pool.submit("add", [i, 1], controller));
      controller.abort("enough");
      await Promise.allSettled(tasks);
    }
    const grownMiB = ((await usedHeap()) - before) / 2 ** 20;
    assert.ok(grownMiB < 10, `${grownMiB} MiB more`);
    await pool.shutdown({ force: true });
    await spinning;
  });

  test(`${Pool.name} leaves no listener on the signal of a thousand tasks`, async () => {
    await using pool = make({ maxWorkers: 2 });
    const controller = new AbortController();
    const tasks = Array.from({ length: 1000 }, (_, i) => pool.submit("add", [i, 1], controller));
    assert.equal((await Promise.all(tasks)).at(-1), 1000);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
}

async function usedHeap(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}
