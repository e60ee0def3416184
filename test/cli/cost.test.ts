import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { testAtOnce } from "../support/at-once.js";
import { descendantsOf } from "../support/family.js";
import { bin, lab } from "../support/lab.js";
import { startLab } from "../support/running-lab.js";
import { unlessBusy } from "../support/tries.js";
import { until } from "../support/until.js";

const test = testAtOnce(2);

test("lab cost prints a line for each kind, bars and findings", async () => {
  const { exitCode, stdout, stderr } = await lab(["cost", "--kind", "connection,task", "--count", "2000"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  const lines = stdout.split("\n");
  assert.match(lines[0] ?? "", /^kind +stood +memory each +start each +2000 take +ended by$/);
  assert.match(lines[1] ?? "", /^task +2000 +\d+ B heap +\S+ µs +\S+ [KM]iB$/);
  assert.match(lines[2] ?? "", /^connection +\d+ +\S+ KiB rss +\S+ µs +\S+ (?:MiB|KiB)/);
  assert.match(stdout, /^await +\d\.\d\d µs +█+$/m);
  assert.match(stdout, /^✔ A switch between tasks/m);
});

test("lab cost --json prints one document in the documented shape", async () => {
  const { exitCode, stdout } = await lab(["cost", "--kind", "task,thread", "--json"]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report), ["count", "ceiling", "kinds", "switches", "waiting", "findings"]);
  const fields = ["kind", "measured", "bytesEach", "basis", "usEach", "stoppedBy"];
  assert.deepEqual(Object.keys(report.kinds[0]), fields);
  assert.deepEqual(Object.keys(report.kinds[1]), [...fields, "extrapolated"]);
  assert.deepEqual(Object.keys(report.kinds[1].extrapolated), ["count", "bytes"]);
  assert.deepEqual(Object.keys(report.switches), ["awaitUs", "atomicsUs", "postMessageUs", "processUs"]);
  assert.deepEqual(Object.keys(report.waiting), ["threads", "seconds", "switches"]);
  const [tasks, workers] = report.kinds;
  assert.deepEqual([tasks.measured, tasks.stoppedBy], [10_000, null]);
  assert.ok(tasks.bytesEach * 1000 < workers.bytesEach, `${tasks.bytesEach}, ${workers.bytesEach}`);
});

test("lab cost --hold prints the pid and keeps all of them standing", async (t) => {
  const running = startLab(t, ["cost", "--kind", "os-thread", "--count", "100", "--hold", "1m"]);
  const [, pid, count] = /^PID = (\d+): (\d+) of kind os-thread stand/.exec(await running.line(/^PID/)) ?? [];
  const [, threads] = /^Threads:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  assert.ok(Number(count) >= 16 && Number(threads) > Number(count), `${count}, ${threads}`);
});

for (const kind of ["task", "connection", "os-thread", "thread", "process"]) {
  test(`lab cost ends with 130 on Ctrl-C within 2 s while ${kind} stands, and leaves no child`, async (t) => {
    const count = kind === "task" ? "1000000" : "10";
    const running = startLab(t, ["cost", "--kind", kind, "--count", count, "--hold", "1m"]);
    await running.line(/^PID/);
    const children = descendantsOf(running.child.pid ?? 0);
    assert.ok(children.length > 0);
    const start = performance.now();
    assert.equal(await running.stop("SIGINT"), 130);
    assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
    assert.deepEqual(children.filter(isRunning), []);
  });
}

test("lab cost leaves no child when it is killed", async (t) => {
  const running = startLab(t, ["cost", "--kind", "process", "--count", "5", "--hold", "1m"]);
  await running.line(/^PID/);
  const children = descendantsOf(running.child.pid ?? 0);
  assert.ok(children.length > 1, `${children.length}`); // a busy machine starts fewer than five in time
  await running.stop("SIGKILL");
  await until("the end of all children", () => !children.some(isRunning));
});

const withoutPrlimit = spawnSync("prlimit", ["--version"]).status !== 0 && "needs prlimit(1)";
/** Nobody else runs processes as this user. */
const stranger = ["setpriv", "--reuid=31337", "--regid=31337", "--clear-groups"];
const [setpriv = "", ...asStranger] = [...stranger, "prlimit", "--nproc=100", process.execPath, bin, "--version"];
const withoutStranger = spawnSync(setpriv, asStranger).status !== 0 && "needs root, and a Node for every user";

for (const { limit, kinds, name, under = [] } of [
  { limit: "--nofile=40", kinds: ["connection", "thread"], name: "ulimit -n (40)" },
  { limit: "--as=5000000000", kinds: ["thread"], name: "ulimit -v (4882812)" },
  { limit: "--nproc=26", kinds: ["os-thread", "thread", "process"], name: "ulimit -u (26)", under: stranger },
]) {
  const skip = withoutPrlimit || (under.length > 0 && withoutStranger);
  test(`lab cost under prlimit ${limit} names that limit`, { skip }, (t) =>
    unlessBusy(t, async () => {
      const argv = [...under, "prlimit", limit, process.execPath, bin, "cost", "--json", "--kind", kinds.join(",")];
      const { exitCode, stdout } = await execa(argv[0] as string, argv.slice(1), { reject: false, timeout: 60_000 });
      assert.equal(exitCode, 0);
      const report: { kinds: { kind: string; stoppedBy: string }[] } = JSON.parse(stdout);
      for (const { kind, stoppedBy } of report.kinds) assert.equal(stoppedBy, name, kind);
    }),
  );
}

test("lab cost never exceeds its ceiling, seen from outside", async (t) => {
  const ceiling = 200 * 2 ** 20;
  const kinds = "task,connection,thread,process";
  const running = startLab(t, ["cost", "--ceiling", "200MiB", "--count", "1000000", "--kind", kinds, "--json"]);
  const most = await sampleMemory(t, running.child);
  assert.equal(await running.ended, 0);
  const report = running.objects[0] as { kinds: { kind: string; stoppedBy: string }[] };
  const stops = report.kinds.map(({ kind, stoppedBy }) => `${kind} ${stoppedBy}`);
  assert.ok(stops.includes("task ceiling (200 MiB)"), stops.join());
  assert.ok(most > 0.5 * ceiling && most <= ceiling, `${most / 2 ** 20} MiB`);
});

/** The most memory that all processes started by `child` had together, in bytes, sampled until it ends. */
async function sampleMemory(t: TestContext, child: ChildProcess): Promise<number> {
  let most = 0;
  let samples = 0;
  while (child.exitCode === null) {
    const sizes = descendantsOf(child.pid ?? 0).map(proportionalKiB);
    most = Math.max(most, 1024 * sizes.reduce((sum, size) => sum + size, 0));
    samples++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.diagnostic(`${samples} samples, at most ${(most / 2 ** 20).toFixed(0)} MiB`);
  return most;
}

function proportionalKiB(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1] ?? 0);
  } catch {
    return 0; // it has just ended
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^\S+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
