import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { ProcessPool } from "../../../src/concurrency/index.js";
import { open, temporaryFolder, textOf } from "../../support/files.js";
import { gone, processes, type Tasks, tasks } from "../../support/workers/pools.js";

const here = (path: string) => new URL(path, import.meta.url);

test("ProcessPool workers ignore the signals of Ctrl-C and end with their parent", async (t) => {
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
  await once(start("busy"), "exit"); // a busy one is killed by its parent
  await gone(Number(textOf(path("busy"))));
});

test("ProcessPool keeps a task from sending on the worker's channel", async (t) => {
  assert.equal(await processes(t).submit("sendAway", []), "still here");
});
