/** The import of a worker module, which may fail or take long. */
import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { WebSocket } from "undici";
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

for (const flag of ["--inspect", "--inspect-brk", "--inspect-wait"]) {
  for (const place of ["arguments", "NODE_OPTIONS"] as const) {
    test(`ThreadPool and ProcessPool start workers under ${flag} (${place})`, { timeout: 30_000 }, async (t) => {
      const program = `
        import { ProcessPool, ThreadPool } from ${JSON.stringify(new URL("../../../src/concurrency/index.js", import.meta.url))};
        for (const Pool of [ThreadPool, ProcessPool]) {
          const pool = new Pool(new URL(${JSON.stringify(tasks)}), { maxWorkers: 1 });
          console.log(Pool.name, await pool.submit("add", [1, 1]));
          await pool.shutdown();
        }
      `;
      const inspect = `${flag}=127.0.0.1:0`;
      const asArgument = place === "arguments";
      const args = [...(asArgument ? [inspect] : []), "--input-type=module", "-e", program];
      const env = asArgument ? process.env : { ...process.env, NODE_OPTIONS: inspect };
      const parent = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      t.after(() => parent.kill("SIGKILL"));
      const [stdout, stderr] = [lines(parent.stdout), lines(parent.stderr)];
      const debug = await attachDebugger((await stderr.next()).value ?? "");
      assert.equal((await stdout.next()).value, "ThreadPool 2");
      assert.equal((await stdout.next()).value, "ProcessPool 2");
      debug.close(); // the parent waits for this
      const rest: string[] = [];
      for await (const line of stderr) rest.push(line);
      assert.doesNotMatch(rest.join("\n"), /Debugger listening|failed/);
    });
  }
}

/** Attach to the process that printed `line` as a debugger does: start whatever waits for one, threads too. */
async function attachDebugger(line: string): Promise<WebSocket> {
  const socket = new WebSocket(/ws:\S+/.exec(line)?.[0] ?? "");
  await once(socket, "open");
  const send = (method: string, params: object = {}) => socket.send(JSON.stringify({ id: 1, method, params }));
  const run = "Runtime.runIfWaitingForDebugger";
  const threads = new Set<string>();
  socket.addEventListener("message", ({ data }) => {
    const { sessionId } = JSON.parse(data).params ?? {};
    if (sessionId) threads.add(sessionId);
  });
  send("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const timer = setInterval(() => {
    send(run); // again and again: Node forgets it if the thread does not wait yet
    const message = JSON.stringify({ id: 1, method: run });
    for (const sessionId of threads) send("NodeWorker.sendMessageToWorker", { sessionId, message });
  }, 20);
  socket.addEventListener("close", () => clearInterval(timer));
  return socket;
}

function lines(stream: Readable): AsyncIterator<string> & AsyncIterable<string> {
  return createInterface(stream)[Symbol.asyncIterator]() as AsyncIterableIterator<string>;
}
