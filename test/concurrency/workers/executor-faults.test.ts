/** Rows 62 to 66 of what the executor must survive. */
import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
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

type Tasks = typeof import("../../support/workers/tasks.js");
const here = (path: string) => new URL(path, import.meta.url);
const tasks = here("../../support/workers/tasks.js");

async function crash(task: Promise<unknown>): Promise<WorkerCrashed> {
  const error = await task.then(
    () => assert.fail("did not crash"),
    (reason) => reason,
  );
  assert.ok(error instanceof WorkerCrashed, String(error));
  return error;
}

/** Resolves once no process has this id any more. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(5);
  }
}

for (const [kind, Pool] of [
  ["in threads", ThreadPool],
  ["in processes", ProcessPool],
] as const) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`fault 62 every task of a dying worker has an error of its own, within a second ${kind}`, async () => {
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

  test(`fault 62 a rejection nobody handles is a crash, with the error as its cause ${kind}`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const error = await crash(pool.submit("rejectUnheard", []));
    assert.equal(error.exitCode, 1);
    assert.equal((error.cause as Error).message, "unheard");
  });

  test(`fault 62 an exception outside any task costs the worker, not the next task ${kind}`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    const first = await pool.submit("who", []);
    await pool.submit("throwLater", [path("gate")]);
    open(path("gate"));
    let worker = first;
    while (worker === first) {
      await sleep(20);
      worker = await pool.submit("who", []).catch(() => first); // the gate may be seen while this task runs
    }
    assert.equal(await pool.submit("add", [1, 1]), 2);
  });

  test(`fault 62 a module that cannot be started rejects the tasks, naming it, after five tries ${kind}`, async (t) => {
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

  test(`fault 63 a worker that runs out of memory says so, and the pool goes on ${kind}`, async () => {
    await using pool = make({ maxWorkers: 1, maxHeapMiB: 32 });
    const error = await crash(pool.submit("fillMemory", []));
    assert.equal(error.reason, "oom");
    assert.match(error.message, /ran out of memory while it ran "fillMemory"/);
    assert.equal(await pool.submit("add", [1, 1]), 2);
  });

  test(`fault 64 what cannot be cloned costs its own task only ${kind}`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const bad = [pool.submit("echo", [() => {}]), pool.submit("makeFunction", [])];
    for (const task of bad) await assert.rejects(task, { name: "DataCloneError" });
    assert.equal(await pool.submit("who", []), worker);
  });

  test(`fault 65 an endless loop ends at its time-out, and its place is free again soon ${kind}`, async (t) => {
    const path = temporaryFolder(t);
    await using pool = make({ maxWorkers: 1 });
    let late = Number.POSITIVE_INFINITY;
    let free = Number.POSITIVE_INFINITY;
    // More than once, and less what a new worker takes to start: whatever else keeps the machine busy is not measured.
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

test("fault 66 kill -9 of a process worker: pid and signal are told", async (t) => {
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

test("fault 66 a task whose worker was killed before it could be sent runs on another one", {
  skip: process.platform !== "linux",
}, async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const pid = Number.parseInt(await pool.submit("who", []), 10);
  process.kill(pid, "SIGKILL");
  // Dead with all its threads, which closes the channel, before this process has had time to see it.
  while (readdirSync(`/proc/${pid}/task`).length > 1 || !/\) Z /.test(textOf(`/proc/${pid}/stat`)));
  assert.notEqual(Number.parseInt(await pool.submit("who", []), 10), pid);
});

test("fault 66 abort() in a process worker is not taken for a lack of memory", async () => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const error = await crash(pool.submit("abortProcess", []));
  assert.deepEqual([error.signal, error.reason], ["SIGABRT", undefined]);
});

test("fault 66 a process worker that dies during a 16 MB transfer, either way, blocks nothing", async () => {
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

test("fault 66 a stopped process worker does not hold up the shutdown", async () => {
  const pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const pid = Number.parseInt(await pool.submit("who", []), 10);
  process.kill(pid, "SIGSTOP");
  const start = performance.now();
  await pool.shutdown();
  assert.ok(performance.now() - start < 5000);
  await gone(pid);
});

test("EXEC-32 the signals of a Ctrl-C do not end a process worker, the end of its parent does", async (t) => {
  await using pool = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const pid = Number.parseInt(await pool.submit("who", []), 10);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(pid, signal);
  assert.equal(Number.parseInt(await pool.submit("who", []), 10), pid);

  const path = temporaryFolder(t);
  const program = `
    import { existsSync } from "node:fs";
    import { ProcessPool } from ${JSON.stringify(here("../../../src/concurrency/index.js"))};
    const [mode, started] = process.argv.slice(1);
    const pool = new ProcessPool(new URL(${JSON.stringify(tasks)}), { maxWorkers: 2 });
    if (mode === "busy") pool.submit("spin", [started]);
    if (mode === "blocked") pool.submit("blockUntil", [started, started + ".gate"]);
    while (mode !== "idle" && !existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 2));
    if (mode === "idle") await pool.submit("throwLater", [started]); // a timer of its own would keep a worker alive
    console.log(await pool.submit("who", []));
    if (mode === "busy") process.exit();
  `;
  const start = (mode: string) => spawn(process.execPath, ["--input-type=module", "-e", program, mode, path(mode)]);
  const killed = start("idle");
  const [line] = await once(killed.stdout, "data");
  killed.kill("SIGKILL"); // an idle worker notices by itself
  await gone(Number.parseInt(String(line), 10));
  const blocked = start("blocked");
  await once(blocked.stdout, "data");
  blocked.kill("SIGKILL"); // a blocked one as soon as it can
  await once(blocked, "exit");
  const child = Number(textOf(path("blocked")));
  process.kill(child, 0);
  open(path("blocked.gate"));
  await gone(child);
  await once(start("busy"), "exit"); // a busy one is killed by a parent that has time for it
  await gone(Number(textOf(path("busy"))));
});
