/** Failures of the machine or of the installation. Each has a sentence of its own, and none is told as a bug of lab. */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { execa } from "execa";
import { testAtOnce } from "../support/at-once.js";
import { temporaryFolder } from "../support/files.js";
import { installedCopy } from "../support/installed.js";
import { bin, lab } from "../support/lab.js";
import { quoted } from "../support/on-terminal.js";

const test = testAtOnce(3);
const skip = process.platform === "win32" && "needs a shell";

/** The exit code and stderr of a shell command line. */
async function sh(script: string, env: NodeJS.ProcessEnv = {}) {
  const { exitCode, stderr } = await execa("sh", ["-c", script], { reject: false, env, timeout: 60_000 });
  return [exitCode, stderr];
}

/** With fewer files, Node itself cannot load lab. */
const fewestFiles = process.versions.node.startsWith("20.") ? 19 : 21;
const noLimits = !existsSync("/proc/self/limits") && "needs /proc";

const start = (args: string, program = bin) => `exec ${quoted([process.execPath, program])} ${args}`;

for (const args of ["apm app -- true", "blocking --for 10ms --on thread"]) {
  test(`lab ${args} says that the current folder has been deleted`, { skip }, async (t) => {
    const gone = temporaryFolder(t)("gone");
    const [exitCode, stderr] = await sh(`mkdir ${gone}; cd ${gone}; rmdir ${gone}; ${start(args)}`);
    assert.match(`${stderr}`, /^lab: the current folder does not exist any more: cd to another$/m);
    assert.equal(exitCode, 1);
  });
}

const sockets = "--push tcp://127.0.0.1:0 --pub tcp://127.0.0.1:0";
for (const args of [
  "apm app",
  "apm app -- true",
  "apm server --port 0 --collect tcp://127.0.0.1:0",
  "poller",
  `poller-srv ${sockets} --count 1 --interval 1ms`,
  "blocking --for 20ms --on thread",
  "blocking --for 20ms --on process",
  "janus --count 10",
  "parallel --cpus 1 --size 1000",
  "shutdown",
]) {
  test(`lab ${args} says in one line that too few files may be open`, { skip: skip || noLimits }, async () => {
    for (let limit = fewestFiles; limit <= 64; limit += limit < 35 ? 2 : 12) {
      const [exitCode, stderr] = await sh(`ulimit -n ${limit}; ${start(args)}`);
      assert.match(`${stderr}`, new RegExp(`^lab: too few files may be open(, ${limit})?: raise ulimit -n$`));
      assert.equal(exitCode, 1, `${limit} files`);
    }
  });
}

test("lab poller-srv works if 100 files may be open", { skip }, async () => {
  const [exitCode] = await sh(`ulimit -n 100; ${start(`poller-srv ${sockets} --count 1 --interval 1ms`)}`);
  assert.equal(exitCode, 0);
});

for (const [missing, args] of [
  ["execa", "apm app -- true"],
  ["zeromq", "poller"],
  ["chalk", "hello --delay 0"],
] as const) {
  test(`lab ${args} names the missing package ${missing}`, { skip }, async (t) => {
    const program = installedCopy(t, { missing: [missing] })("bin/lab.js");
    const [exitCode, stderr] = await sh(start(args, program), { FORCE_COLOR: "1" });
    assert.equal(
      stderr,
      `lab: the package ${missing} is missing or incomplete: install lab again, or run npm ci in a checkout`,
    );
    assert.equal(exitCode, 1);
  });
}

test("lab in a checkout that is not built says how to build it", { skip }, async (t) => {
  const program = installedCopy(t, { built: false })("bin/lab.js");
  const [exitCode, stderr] = await sh(start("hello", program));
  assert.match(`${stderr}`, /^lab: \S+\/dist\/lab\.cjs is missing: run npm ci, then npm run build$/);
  assert.equal(exitCode, 1);
});

test("lab on an older Node names the oldest one that it runs on", async (t) => {
  const old = temporaryFolder(t)("old.cjs");
  writeFileSync(old, 'Object.defineProperty(process, "version", { value: "v20.17.9" })');
  const { exitCode, stderr } = await execa(process.execPath, ["--require", old, bin, "hello"], { reject: false });
  assert.equal(stderr, "lab: Node 20.18.1 or later is needed, this is v20.17.9");
  assert.equal(exitCode, 1);
});

test("lab apm keygen names the option of a file that cannot be written", async () => {
  const { exitCode, stderr } = await lab(["apm", "keygen", "--out", "/no/such/folder/keys"]);
  assert.match(stderr, /^lab: --out must be a file that can be written to: ENOENT: /);
  assert.equal(exitCode, 1);
});

test("lab poller-srv does not speak of ports if the folder of an ipc path cannot be written to", {
  skip: !existsSync("/sys/kernel") && "needs /sys",
}, async () => {
  const { exitCode, stderr } = await lab(["poller-srv", "--push", "ipc:///sys/lab.sock", "--count", "1"]);
  assert.match(stderr, /^lab: cannot bind ipc:\/\/\/sys\/lab\.sock: not allowed: the folder must be one that you can/);
  assert.equal(exitCode, 1);
});

test("an error that has no other cause is a bug, and its line says where to report it", async (t) => {
  const trap = temporaryFolder(t)("trap.mjs");
  writeFileSync(trap, 'setTimeout(() => { throw new TypeError("oops"); }, 300)');
  const { exitCode, stderr } = await execa(process.execPath, ["--import", trap, bin, "hello"], { reject: false });
  assert.equal(stderr, "lab: a bug of ours, sorry: TypeError: oops; please report it: see CONTRIBUTING.md");
  assert.equal(exitCode, 70);
});
