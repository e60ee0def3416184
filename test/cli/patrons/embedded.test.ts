import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { startPatrons } from "../../support/patrons.js";
import { noPglite } from "../../support/pglite.js";
import { startLab } from "../../support/running-lab.js";

const lois = { name: "Lois", fav_dish: "pizza" };

test("lab patrons answers from its own PostgreSQL, and corrects its cache by events", { skip: noPglite }, async (t) => {
  const { ask, metrics, running } = await startPatrons(t, []);
  const { json } = await ask("POST", "/patron", lois);
  const path = `/patron/${json?.id}`;
  assert.equal((await ask("GET", path)).headers["x-cache"], "miss");
  assert.equal((await ask("GET", path)).headers["x-cache"], "hit");
  await ask("PUT", path, { name: "Lois", fav_dish: "🍕".repeat(2250) });
  assert.equal((await ask("GET", path)).json?.fav_dish, "🍕".repeat(2250));
  const { lab_patrons_events_total: events, lab_patrons_echoes_total: echoes } = await metrics();
  assert.equal(events, 2);
  assert.ok((echoes ?? 0) >= 1);
  assert.equal(await running.stop("SIGTERM"), 0);
});

test("lab patrons --data keeps each acknowledged patron over kill -9", { skip: noPglite }, async (t) => {
  const folder = temporaryFolder(t)("data");
  const acknowledged: string[] = [];
  for (let life = 0; life < 2; life++) {
    const { ask, running } = await startPatrons(t, ["--data", folder]);
    const writers = Array.from({ length: 4 }, async () => {
      for (;;) acknowledged.push(`${(await ask("POST", "/patron", lois)).json?.id}`);
    });
    while (acknowledged.length < 20 * (life + 1)) await Promise.race([ask("GET", "/patron/1"), ...writers]);
    running.child.kill("SIGKILL");
    await Promise.allSettled(writers);
  }
  const { ask } = await startPatrons(t, ["--data", folder]);
  assert.equal(new Set(acknowledged).size, acknowledged.length);
  for (const id of acknowledged) assert.equal((await ask("GET", `/patron/${id}`)).status, 200, id);
});

test("lab patrons --data refuses a folder that another one uses", { skip: noPglite }, async (t) => {
  const folder = temporaryFolder(t)("data");
  const { running } = await startPatrons(t, ["--data", folder]);
  const second = await lab(["patrons", "--port", "0", "--data", folder]);
  assert.equal(second.exitCode, 1);
  assert.match(second.stderr, new RegExp(`^lab: process ${running.child.pid} uses .*\n$`));
});

test("lab patrons --data ends with 1 where there can be no folder", { skip: noPglite }, async () => {
  for (const folder of ["/proc/x", "/proc/x/y"]) {
    const { exitCode, stderr } = await lab(["patrons", "--port", "0", "--data", folder]);
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^lab: cannot use the folder \/proc\/x[^\n]*ENOENT[^\n]*\n$/);
  }
});

test("lab patrons without PGlite ends with 3, and names --dsn", async (t) => {
  const code = 'throw Object.assign(new Error("no"), { code: "ERR_MODULE_NOT_FOUND" })';
  const resolve = `export async function resolve(name, context, next) { if (name === "@electric-sql/pglite") ${code}; return next(name, context); }`;
  const url = (script: string) => `data:text/javascript,${encodeURIComponent(script)}`;
  const hook = `import { register } from "node:module"; register(${JSON.stringify(url(resolve))});`;
  const running = startLab(t, ["patrons", "--port", "0"], { nodeArgs: ["--import", url(hook)] });
  assert.equal(await running.ended, 3);
  assert.match(running.stderr.join("\n"), /^lab: the embedded database is not installed: .*--dsn/);
});
