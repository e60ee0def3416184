/** Workers that crash, run out of memory, loop without end or cannot be started. */
import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import {
  type PoolOptions,
  ProcessPool,
  sleep,
  ThreadPool,
  timeout,
  WorkerCrashed,
} from "../../../src/concurrency/index.js";
import { appears, open, temporaryFolder, textOf } from "../../support/files.js";
import { gone, type Tasks, tasks } from "../../support/workers/pools.js";

const here = (path: string) => new URL(path, import.meta.url);

async function crash(task: Promise<unknown>): Promise<WorkerCrashed> {
  const error = await task.then(
    () => assert.fail("did not crash"),
    (reason) => reason,
  );
  assert.ok(error instanceof WorkerCrashed, String(error));
  return error;
}

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name} loses only the running task of a worker that exits`, async () => {
    await using pool = make({ maxWorkers: 2 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => (i % 10 === 5 ? pool.submit("exit", [i]) : pool.submit("add", [i, 1]))),
    );
    for (const [i, outcome] of outcomes.entries()) {
      if (i % 10 !== 5) assert.deepEqual(outcome, { status: "fulfilled", value: i + 1 });
      else {
        const error = (outcome as PromiseRejectedResult).reason;
        assert.ok(error instanceof WorkerCrashed);
        assert.deepEqual([error.exitCode, error.signal, "reason" in error], [i, null, false]);
        assert.ok(error.pid > 0);
      }
    }
  });

  test(`${Pool.name} gives each task of a dying worker its own error, within a second`, async () => {
    await using pool = make({ maxWorkers: 3 });
    await Promise.all([1, 2, 3].map(() => pool.submit("nothing", []))); // three workers run: no start is measured
    const start = performance.now();
    const errors = await Promise.all([3, 4, 5].map((code) => crash(pool.submit("exit", [code]))));
    assert.ok(performance.now() - start < 1000);
    assert.deepEqual(
      errors.map(({ exitCode }) => exitCode),
      [3, 4, 5],
    );
    assert.equal(new Set(errors).size, 3);
    assert.equal(await pool.submit("add", [1, 1]), 2);
  });

  test(`${Pool.name} reports an unhandled rejection as a crash, with the error as its cause`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const error = await crash(pool.submit("rejectUnheard", []));
    assert.equal(error.exitCode, 1);
    assert.equal((error.cause as Error).message, "unheard");
  });

  test(`${Pool.name} loses a worker, but no task, to an exception outside any task`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const first = await pool.submit("who", []);
    await pool.submit("throwLater", [path("latch")]);
    open(path("latch"));
    let worker = first;
    while (worker === first) {
      await sleep(20);
      worker = await pool.submit("who", []).catch(() => first); // the gate may be seen while this task runs
    }
    assert.equal(await pool.submit("add", [1, 1]), 2);
  });

  test(`${Pool.name} rejects the tasks after five failed starts, and names the module`, async (t) => {
    for (const [file, cause] of [
      ["../support/workers/missing.js", /Cannot find module/],
      ["../../support/workers/broken.js", /broken at import/],
    ] as const) {
      const pool = new Pool<Tasks>(here(file), { maxWorkers: 2 });
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => pool.submit("nothing", [])));
      for (const outcome of outcomes) {
        const { reason } = outcome as PromiseRejectedResult;
        assert.match(reason.message, cause);
        assert.ok(reason.message.startsWith(`cannot start a worker with ${here(file).href}: `));
        assert.match(reason.cause.message, cause);
      }
      await assert.rejects(pool.submit("nothing", []), cause);
      await pool.shutdown();
    }
    const count = temporaryFolder(t)("count");
    const source = `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(count)}, "x"); process.exit(9);`;
    const pool = new Pool<Tasks>(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { maxWorkers: 1 });
    const { message } = await pool.submit("nothing", []).catch((error) => error);
    assert.match(message, /ended with exit code 9 while it started/);
    assert.equal(textOf(count), "xxxxx");
    await pool.shutdown();
  });

  test(`${Pool.name} reports a worker that runs out of memory, and goes on`, async () => {
    await using pool = make({ maxWorkers: 1, maxHeapMiB: 32 });
    const error = await crash(pool.submit("fillMemory", []));
    assert.equal(error.reason, "oom");
    assert.match(error.message, /ran out of memory while it ran "fillMemory"/);
    assert.equal(await pool.submit("add", [1, 1]), 2);
  });

  test(`${Pool.name} ends an endless loop at its deadline, and soon has a new worker`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    let late = Number.POSITIVE_INFINITY;
    let free = Number.POSITIVE_INFINITY;
    // Up to five runs, each less the start of a fresh worker, so that other load does not count.
    for (let tries = 0; tries < 5 && (late > 200 || free > 500); tries++) {
      await pool.submit("nothing", []);
      const start = performance.now();
      const looping = timeout(200, (signal) => pool.submit("spin", [path("started")], { signal }));
      const next = pool.submit("add", [1, 1]);
      await assert.rejects(looping, { name: "TimeoutError" });
      late = performance.now() - start - 200;
      assert.equal(await next, 2);
      const end = performance.now();
      await using fresh = make({ maxWorkers: 1 });
      await fresh.submit("nothing", []);
      free = end - start - 200 - (performance.now() - end);
    }
    assert.ok(late <= 200 && free <= 500, `${late} ms late, a new worker only after ${free} ms more`);
  });
}

test("ProcessPool reports a loop out of memory that nothing else could stop", async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1, maxHeapMiB: 32 });
  assert.equal((await crash(pool.submit("fillMemoryAtOnce", []))).reason, "oom");
  assert.equal(await pool.submit("add", [1, 1]), 2);
});

test("ProcessPool reports a heap that is too small to start with", async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1, maxHeapMiB: 1 });
  const { message, cause } = await pool.submit("nothing", []).catch((error) => error);
  assert.match(message, /: a worker \(pid \d+\) ran out of memory while it started$/);
  assert.equal(cause.reason, "oom");
});

test("ProcessPool reports pid and signal of a worker that was killed", async (t) => {
  const path = temporaryFolder(t);
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const spinning = pool.submit("spin", [path("started")]);
  const queued = pool.submit("add", [1, 1]);
  await appears(path("started"));
  const pid = Number(textOf(path("started")));
  process.kill(pid, "SIGKILL");
  const error = await crash(spinning);
  assert.deepEqual([error.pid, error.signal, error.exitCode], [pid, "SIGKILL", null]);
  assert.equal(await queued, 2);
});

test("ProcessPool sends a task elsewhere if its worker was killed before", {
  skip: process.platform !== "linux",
}, async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const pid = Number.parseInt(await pool.submit("who", []), 10);
  process.kill(pid, "SIGKILL");
  // Dead with all its threads. That closes the channel before this process can notice the death.
  while (readdirSync(`/proc/${pid}/task`).length > 1 || !/\) Z /.test(textOf(`/proc/${pid}/stat`)));
  assert.notEqual(Number.parseInt(await pool.submit("who", []), 10), pid);
});

test("ThreadPool sends a task to a second worker if the first dies before it starts, but to no third", {
  timeout: 30_000,
}, async (t) => {
  const log = temporaryFolder(t)("log");
  const source = `
    import { appendFileSync } from "node:fs";
    appendFileSync(${JSON.stringify(log)}, "x");
    Atomics.compareExchange = () => process.exit(7); // the worker dies when it claims a task
    export const nothing = () => {};
  `;
  const pool = new ThreadPool<Tasks>(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { maxWorkers: 1 });
  t.after(() => pool.shutdown({ force: true }));
  assert.equal((await crash(pool.submit("nothing", []))).exitCode, 7);
  assert.equal(textOf(log), "xx");
});

test("ProcessPool tells abort() from a lack of memory", async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const error = await crash(pool.submit("abortProcess", []));
  assert.deepEqual([error.signal, error.reason], ["SIGABRT", undefined]);
});

test("ProcessPool goes on when a worker dies during a 16 MB message", async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  for (const delay of [0, 1, 3, 10]) {
    const pid = Number.parseInt(await pool.submit("who", []), 10);
    const there = pool.submit("byteLength", [new ArrayBuffer(16e6)]);
    const behind = pool.submit("add", [1, 1]);
    await sleep(delay);
    process.kill(pid, "SIGKILL");
    const error = await there.catch((reason) => reason);
    if (error !== 16e6) assert.equal(error.signal, "SIGKILL"); // it may have been faster
    assert.equal(await behind, 2);

    const next = Number.parseInt(await pool.submit("who", []), 10);
    const back = pool.submit("bytes", [16e6]).catch((reason) => reason);
    await sleep(delay);
    process.kill(next, "SIGKILL");
    const outcome = await back;
    if (!Buffer.isBuffer(outcome)) assert.equal(outcome.signal, "SIGKILL");
  }
});

test("ProcessPool.shutdown() is not held up by a stopped worker", async () => {
  const pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const pid = Number.parseInt(await pool.submit("who", []), 10);
  process.kill(pid, "SIGSTOP");
  const start = performance.now();
  await pool.shutdown();
  assert.ok(performance.now() - start < 5000);
  await gone(pid);
});
