import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { testAtOnce } from "../support/at-once.js";
import { temporaryFolder } from "../support/files.js";
import { lab } from "../support/lab.js";
import { assertWithin, timed } from "../support/tries.js";
import { until } from "../support/until.js";

const test = testAtOnce(2);

test("lab shutdown prints the ends of each program, then the findings", async () => {
  const { exitCode, stdout, stderr } = await lab(["shutdown", "--only", "pool-cancel-futures,cleans-up"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  const lines = stdout.split("\n").map((line) => line.replace(/\) +\d+ ms/, ") N ms"));
  assert.deepEqual(lines.slice(2, 9), [
    "A task needs 300 ms to clean up",
    "  run() N ms  0  ran main, clean-up; cancelled wait",
    "  main() N ms  0  ran main, wait, clean-up",
    "  exit() N ms  0  ran main; lost wait, clean-up",
    "",
    "Ctrl-C on a pool of 1 running, 10 queued tasks: shutdown({ cancelFutures: true })",
    "  run() N ms  130     ran 1 task; cancelled main, 10 tasks",
  ]);
  assert.equal(stdout.match(/^✔ /gm)?.length, 2);
});

test("lab shutdown --json prints one document with the ends and findings", async () => {
  const { exitCode, stdout } = await lab(["shutdown", "--only", "sigterm", "--json"]);
  assert.equal(exitCode, 0);
  const { rows, findings, undecided } = JSON.parse(stdout);
  assert.deepEqual(Object.keys(rows[0]), ["name", "title", "ends"]);
  const fields = ["start", "ms", "exitCode", "signal", "ran", "cancelled", "lost", "cutOff"];
  assert.deepEqual(Object.keys(rows[0].ends[0]), fields);
  assert.deepEqual([findings.length, findings[0].holds, undecided], [1, true, []]);
});

test("lab shutdown --strict ends with 1 if run() is taken out", async (t) => {
  const trap = temporaryFolder(t)("trap.cjs");
  writeFileSync(trap, withoutRun);
  const env = { NODE_OPTIONS: `--require ${trap}` };
  const { exitCode, stdout } = await lab(["shutdown", "--strict"], env);
  const held = stdout.split("\n").filter((line) => line.startsWith("✔"));
  assert.equal(exitCode, 1);
  assert.equal(stdout.match(/^✘ /gm)?.length, 10);
  assert.deepEqual(held, ["✔ A program whose tasks are all done ends by itself, with run() and without"]);
});

/** Starts the programs that should have run() without it. */
const withoutRun = `
  const processes = require("node:child_process");
  const { spawn } = processes;
  processes.spawn = (file, args, options) => spawn(file, args.map((arg) => (arg === "run" ? "alone" : arg)), options);
`;

timed(test)("lab shutdown ends with 130 on Ctrl-C and leaves no child", async () => {
  const running = lab(["shutdown", "--only", "waits,cleans-up,swallows,spawns"]);
  await once(running.stdout, "data"); // the first row is still to come
  let children: string[] = [];
  await until("a program", () => {
    children = childrenOf(running.pid);
    return children.length > 2;
  });
  const begun = performance.now();
  running.kill("SIGINT");
  const { exitCode } = await running;
  assert.equal(exitCode, 130);
  assertWithin(performance.now() - begun, 2000);
  for (const pid of children) assert.throws(() => process.kill(Number(pid), 0), /ESRCH/);
});

test("lab shutdown refuses an unknown program with one line and exit 2", async () => {
  const { exitCode, stdout, stderr } = await lab(["shutdown", "--only", "waits,sigkill"]);
  assert.deepEqual([exitCode, stdout], [2, ""]);
  assert.match(stderr, /^lab: --only must be one of all-done, waits, .*, sigterm, got "sigkill"\n$/);
});

function childrenOf(pid: number | undefined): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
}
