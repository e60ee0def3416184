/** The import of a worker module, which may fail or take long. */
import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { ProcessPool, sleep, ThreadPool } from "../../../src/concurrency/index.js";
import { appears, open, temporaryFolder, textOf } from "../../support/files.js";
import { type Tasks, tasks } from "../../support/workers/pools.js";

/** A module with this text. */
function moduleOf(t: TestContext, text: string, name = "module.mjs"): URL {
  const path = temporaryFolder(t)(name);
  writeFileSync(path, text);
  return pathToFileURL(path);
}

for (const Pool of [ThreadPool, ProcessPool]) {
  test(`${Pool.name} treats an import that waits for nothing as a failed start`, async (t) => {
    await using pool = new Pool<Tasks>(moduleOf(t, "await new Promise(() => {});"), { maxWorkers: 1 });
    await assert.rejects(pool.submit("nothing", []), /ended with exit code 0 while it started/);
  });

  test(`${Pool.name} waits for a slow import`, async (t) => {
    const slow = "await new Promise((resolve) => setTimeout(resolve, 50)); export const add = (a, b) => a + b;";
    await using pool = new Pool<Tasks>(moduleOf(t, slow), { maxWorkers: 1 });
    assert.equal(await pool.submit("add", [1, 1]), 2);
  });

  test(`${Pool.name} finds functions of CommonJS modules that Node's names leave out`, async (t) => {
    const source = "module.exports = Object.fromEntries([['add', (a, b) => a + b], ['notAFunction', 42]]);";
    await using pool = new Pool<Tasks>(moduleOf(t, source, "module.cjs"), { maxWorkers: 1 });
    assert.equal(await pool.submit("add", [1, 1]), 2);
    for (const name of ["notAFunction", "toString", "__proto__", "constructor"]) {
      await assert.rejects(pool.submit(name as "who", []), { name: "TypeError", message: /no function named/ });
    }
  });

  test(`${Pool.name} reports an error of the import, even one nested too deeply`, async (t) => {
    const source = "let value; for (let i = 0; i < 3000; i++) value = new Map([[1, value]]); throw value;";
    await using pool = new Pool<Tasks>(moduleOf(t, source), { maxWorkers: 1 });
    await assert.rejects(pool.submit("nothing", []), /cannot start a worker with .*: Map\(1\)/);
  });

  test(`${Pool.name} loses no task to failed starts while another worker can run it`, async (t) => {
    const path = temporaryFolder(t);
    const broken = JSON.stringify(path("broken"));
    const source = `
      import { appendFileSync, existsSync } from "node:fs";
      export * from ${JSON.stringify(tasks.href)};
      if (existsSync(${broken})) { appendFileSync(${broken}, "x"); throw new Error("no second one"); }
    `;
    await using pool = new Pool<Tasks>(moduleOf(t, source), { maxWorkers: 2 });
    await pool.submit("nothing", []);
    open(path("broken"));
    const running = pool.submit("holdUntil", [path("started"), path("latch")]);
    const queued = [1, 2, 3].map((n) => pool.submit("add", [n, 1]));
    await appears(path("started"));
    while (textOf(path("broken")) !== "xxxxx") await sleep(2);
    const late = pool.submit("add", [4, 1]);
    open(path("latch"));
    await running;
    assert.deepEqual(await Promise.all([...queued, late]), [2, 3, 4, 5]);
    assert.equal(textOf(path("broken")), "xxxxx");
  });
}

test("ProcessPool reports abort() during the import", async (t) => {
  await using pool = new ProcessPool<Tasks>(moduleOf(t, "process.abort();"), { maxWorkers: 1 });
  await assert.rejects(pool.submit("nothing", []), /was killed by SIGABRT while it started$/);
});
