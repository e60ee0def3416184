import "../support/hygiene.js";
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import { execa } from "execa";
import { root } from "../support/lab.js";

const { cache: builtCache } = createRequire(join(root, "package.json"))("./bin/load.js") as { cache: string };
const cachePath = relative(root, builtCache);

/**
 * Start the bin of a folder. Returns whether V8 refused the code cache (undefined if there is none), and the output of
 * `lab hello`.
 */
async function start(folder: string, flags: readonly string[] = []): Promise<{ refused?: boolean; hello: string }> {
  const load = JSON.stringify(join(folder, "bin/load.js"));
  const ask = `console.log(JSON.stringify({ refused: require(${load}).compile().cachedDataRejected }))`;
  const { stdout } = await execa(process.execPath, [...flags, "-e", ask]);
  const hello = await execa(process.execPath, [...flags, join(folder, "bin/lab.js"), "hello", "--delay", "0"]);
  return { ...JSON.parse(stdout), hello: hello.stdout };
}

test("bin/load.js has a code cache that this Node accepts", async () => {
  const { refused, hello } = await start(root);
  assert.equal(refused, false);
  assert.match(hello, /Hello!/);
});

test("bin/lab.js starts with any code cache: foreign flags, truncated, junk, none", async (t) => {
  const folder = copyOfThePackage(t);
  const cache = join(folder, cachePath);
  const whole = readFileSync(cache);
  const half = whole.subarray(0, whole.length / 2);
  await startsWith(true, ["--no-opt"]);
  for (const content of [half, "junk", ""]) {
    writeFileSync(cache, content);
    await startsWith(true);
  }
  writeFileSync(cache, whole);
  await startsWith(false);
  renameSync(cache, cache.replace(process.version, "v20.0.0")); // the cache of another Node with the same V8, which would accept it and crash
  await startsWith(undefined);

  async function startsWith(expected: boolean | undefined, flags: readonly string[] = []) {
    const { refused, hello } = await start(folder, flags);
    assert.equal(refused, expected);
    assert.match(hello, /Hello!/);
  }
});

test("dist/lab.cjs contains the licences of its packages", () => {
  const bundle = readFileSync(join(root, "dist/lab.cjs"), "utf8");
  for (const name of ["commander", "undici"]) {
    assert.ok(bundle.includes(readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8")), name);
  }
});

function copyOfThePackage(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const path of ["bin", "package.json", "dist/lab.cjs", cachePath]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  return folder;
}
