import "./support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { ask } from "./support/ask.js";
import { root } from "./support/lab.js";

const noRegistry = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/;
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("asyncio-lab/concurrency exports the helpers", async () => {
  const helpers = await import("asyncio-lab/concurrency");
  assert.deepEqual(Object.keys(helpers).sort(), [
    "BridgeQueue",
    "Event",
    "ExitError",
    "Interrupted",
    "LifoQueue",
    "Lock",
    "PriorityQueue",
    "ProcessPool",
    "Queue",
    "QueueEmpty",
    "QueueFull",
    "QueueShutDown",
    "Schedule",
    "Semaphore",
    "ThreadPool",
    "TimeoutError",
    "WorkerCrashed",
    "every",
    "gather",
    "isCancelled",
    "isIgnored",
    "iteratorOf",
    "mapConcurrent",
    "moveOnAfter",
    "onAbort",
    "openBridge",
    "race",
    "run",
    "runMain",
    "sleep",
    "streamConcurrent",
    "taskGroup",
    "timeout",
  ]);
});

test("asyncio-lab/inspect exports what looks at a program", async () => {
  assert.deepEqual(Object.keys(await import("asyncio-lab/inspect")), ["inspectable", "startTrace"]);
});

test("asyncio-lab runs its workers and programs when packed and installed elsewhere", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const npm = (args: string[], cwd: string) =>
    execa("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd });
  const { stdout } = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder], root); // as built
  const [{ filename }] = JSON.parse(stdout);
  const install = ["install", "--prefix", folder, "--prefer-offline", "--fetch-retries=0", "--ignore-scripts"];
  try {
    await npm([...install, join(folder, filename)], folder);
  } catch (error) {
    if (!noRegistry.test(String(error))) throw error;
    return t.skip("no registry, and the packages are not in npm's cache");
  }
  const installed = join(folder, "node_modules/.bin/lab");
  const { stdout: report } = await execa(installed, ["blocking", "--for", "50ms", "--json"], { cwd: folder });
  assert.equal(JSON.parse(report).rows.length, 6);
  const { stdout: ends } = await execa(installed, ["shutdown", "--only", "all-done,pool-wait", "--json"], {
    cwd: folder,
  });
  assert.deepEqual(
    JSON.parse(ends).findings.map(({ holds }: { holds: boolean }) => holds),
    [true, true],
  );
  await hasThePage(installed, folder);
});

/** Assert that an installed lab apm server finds all parts of its page, built and packaged. */
async function hasThePage(installed: string, cwd: string): Promise<void> {
  const server = execa(installed, ["apm", "server", "--port", "0", "--collect", "tcp://127.0.0.1:0"], { cwd });
  const [first] = (await once(server.stdout, "data")) as [Buffer];
  const url = String(first).split("\n")[0];
  for (const [path, says] of [
    ["/", /<title>lab apm/],
    ["/main.js", /import/],
    ["/protocol.js", /metrics/],
    ["/style.css", /--page/],
    ["/uplot.js", /uPlot/],
  ] as const) {
    const { status, body } = await ask(`${url}${path}`);
    assert.equal(status, 200, path);
    assert.match(body, says);
  }
  server.kill("SIGINT");
  await server;
}

test("bin/load.js refuses the versions of Node that engines refuses", () => {
  const { oldestNode } = createRequire(join(root, "package.json"))("./bin/load.js") as { oldestNode: string };
  assert.equal(packageJson.engines.node, `>=${oldestNode}`);
});

test("dependencies are pinned exactly, and the lockfile has hashes and no addresses", () => {
  for (const [name, version] of Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies })) {
    assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
  }
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  for (const [path, entry] of Object.entries<{ integrity?: string; resolved?: string }>(lock.packages)) {
    if (path === "") continue;
    assert.match(entry.integrity ?? "", /^sha512-/, path);
    assert.equal(entry.resolved, undefined, path);
  }
});
