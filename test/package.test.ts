import "./support/hygiene.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support/lab.js";

const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("asyncio-lab/concurrency is the helper module, under its published name", async () => {
  const helpers = await import("asyncio-lab/concurrency");
  assert.deepEqual(Object.keys(helpers).sort(), [
    "ExitError",
    "Interrupted",
    "Lock",
    "Queue",
    "QueueEmpty",
    "QueueFull",
    "QueueShutDown",
    "Semaphore",
    "TimeoutError",
    "gather",
    "isCancelled",
    "mapConcurrent",
    "run",
    "runMain",
    "sleep",
    "streamConcurrent",
    "taskGroup",
    "timeout",
  ]);
});

test("dependencies are pinned exactly, and the lockfile has integrity hashes and no addresses", () => {
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
