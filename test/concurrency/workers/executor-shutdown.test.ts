import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { appears, open, temporaryFolder, textOf } from "../../support/files.js";
import { type Tasks, tasks } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name}.shutdown() waits for running and waiting tasks`, async (t) => {
    const path = temporaryFolder(t);
    const pool = make({ maxWorkers: 1 });
    const settled: string[] = [];
    const running = pool.submit("holdUntil", [path("started"), path("latch")]).then(() => settled.push("running"));
    const queued = pool.submit("nothing", []).then(() => settled.push("queued"));
    const down = pool.shutdown().then(() => settled.push("down"));
    await appears(path("started"));
    open(path("latch"));
    await Promise.all([running, queued, down]);
    assert.deepEqual(settled, ["running", "queued", "down"]);
  });

  test(`${Pool.name}.shutdown() with cancelFutures rejects the waiting tasks, not the running one`, async (t) => {
    const path = temporaryFolder(t);
    const pool = make({ maxWorkers: 1 });
    const running = pool.submit("holdUntil", [path("started"), path("latch")]);
    const queued = pool.submit("note", [path("log"), "ran"]);
    await appears(path("started"));
    const down = pool.shutdown({ cancelFutures: true });
    await assert.rejects(queued, { name: "AbortError", message: "the pool was shut down" });
    open(path("latch"));
    await running;
    await down;
    assert.equal(textOf(path("log")), "");
  });

  test(`${Pool.name}.shutdown() may be called again, and no task is accepted after it`, async (t) => {
    const path = temporaryFolder(t);
    const pool = make({ maxWorkers: 1 });
    const running = pool.submit("holdUntil", [path("started"), path("latch")]);
    const down = pool.shutdown();
    const refused = { message: 'cannot submit "who": the pool is shut down' };
    await assert.rejects(pool.submit("who", []), refused);
    await assert.rejects(pool.map("who", [1 as never]).next(), refused);
    let again = false;
    const twice = pool.shutdown().then(() => {
      again = true;
    });
    await appears(path("started"));
    assert.equal(again, false);
    open(path("latch"));
    await Promise.all([running, down, twice]);
    await assert.rejects(pool.submit("who", []), refused);
    await pool.shutdown();
  });

  test(`${Pool.name}.shutdown() without wait resolves at once, and the tasks still end`, async (t) => {
    const path = temporaryFolder(t);
    const pool = make({ maxWorkers: 1 });
    const running = pool.submit("holdUntil", [path("started"), path("latch")]);
    const queued = pool.submit("add", [1, 1]);
    await pool.shutdown({ wait: false });
    open(path("latch"));
    await running;
    assert.equal(await queued, 2);
    await pool.shutdown();
  });

  test(`${Pool.name}.shutdown() resolves after a crash, which rejects its task`, async () => {
    const pool = make({ maxWorkers: 1 });
    const crash = assert.rejects(pool.submit("exit", [3]), { name: "WorkerCrashed", exitCode: 3 });
    const queued = pool.submit("add", [1, 1]);
    await pool.shutdown();
    await crash;
    assert.equal(await queued, 2);
  });

  test(`${Pool.name}.shutdown() with force overtakes a gentle one, and ends endless loops`, async (t) => {
    const path = temporaryFolder(t);
    const pool = make({ maxWorkers: 2 });
    const names = ["a", "b", "c"];
    const all = names.map((name) => assert.rejects(pool.submit("spin", [path(name)]), { name: "AbortError" }));
    await Promise.all([appears(path("a")), appears(path("b"))]);
    const gentle = pool.shutdown();
    await pool.shutdown({ force: true });
    await Promise.all([...all, gentle]);
    assert.equal(textOf(path("c")), "");
    for (const name of Pool === ProcessPool ? ["a", "b"] : []) {
      assert.throws(() => process.kill(Number(textOf(path(name))), 0), { code: "ESRCH" });
    }
  });

  test(`${Pool.name} ends with a block that throws, and keeps no process alive`, async () => {
    const failing = async () => {
      await using pool = make({ maxWorkers: 1 });
      await pool.submit("add", [1, 1]);
      throw new Error("left");
    };
    await assert.rejects(failing, { message: "left" });

    const program = `
      import { ${Pool.name} as Pool } from ${JSON.stringify(new URL("../../../src/concurrency/index.js", import.meta.url))};
      const pool = new Pool(new URL(${JSON.stringify(tasks)}), { maxWorkers: 2 });
      pool.submit("addLater", [1, 2]).then((sum) => console.log("sum", sum)); // pending: keeps the process alive
    `; // an idle worker that is never shut down does not
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 10_000,
    });
    assert.equal(stdout, "sum 3\n");
  });
}
