import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { execa } from "execa";
import { Collector, said, startApp, startHeardApp } from "../../support/apm.js";
import { testAtOnce } from "../../support/at-once.js";
import { appears, temporaryFolder, textOf } from "../../support/files.js";
import { bin, lab } from "../../support/lab.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

const skip = !existsSync("/proc/self/stat") && "needs /proc";

/** Fills 200 MiB, keeps a core busy for 0.4 s and ends. */
const short = `const bytes = Buffer.alloc(200 << 20, 1); const end = Date.now() + 400; while (Date.now() < end);`;

test("lab apm app samples a command of half a second at once, and keeps its peaks", { skip }, async (t) => {
  await using collector = await Collector.open();
  const app = startHeardApp(t, collector, ["--", process.execPath, "-e", short]);
  assert.equal(await app.ended, 0);
  const last = await collector.closing();
  assert.ok(said(app).taken >= 2, "the first sample comes before the first interval is over");
  const peak = Math.max(...collector.samples.map(({ mem_peak }) => mem_peak));
  assert.ok(peak > 200 && peak < 400, `${peak} MiB`);
  assert.deepEqual([last.mem, last.exit_code], [0, 0]);
  const { usage } = app.objects.at(-1) as { usage: Record<string, number> };
  const { wall = 0, user = 0, system = 0, peakMem = 0, meanCpu = 0, peakCpu = 0 } = usage;
  assert.ok(peakMem > 200 && peakMem < 400, `${peakMem} MiB`);
  assert.ok(wall > 0.4 && user + system > 0.05 && user + system < 2 * wall, JSON.stringify(usage));
  assert.ok(Math.abs(meanCpu - ((user + system) / wall) * 100) < 0.1 && peakCpu >= meanCpu, JSON.stringify(usage));
});

test("lab apm app prints time, memory and CPU of its command, as time -v does", { skip }, async () => {
  const { stderr } = await lab(["apm", "app", "--connect", "tcp://127.0.0.1:9", "--", process.execPath, "-e", short]);
  assert.match(
    stderr,
    /^Ran [\d.]+ m?s · \d+\.\d\d s user, \d+\.\d\d s system · peak memory 2\d\d\.\d MiB · CPU \d+ % mean, \d+ % peak$/m,
  );
});

test("lab apm app tells the signal that ended its command, and the exit code", async (t) => {
  await using collector = await Collector.open();
  const app = startHeardApp(t, collector, ["--", "sh", "-c", "kill -9 $$"]);
  assert.equal(await app.ended, 137);
  const { exit_code, exit_signal } = await collector.closing();
  assert.deepEqual([exit_code, exit_signal], [137, "SIGKILL"]);
});

test("lab apm app stops and goes on with its command on Ctrl-Z and fg", { skip }, async (t) => {
  const file = temporaryFolder(t);
  await using collector = await Collector.open();
  const app = startApp(t, collector.address, ["--", "sh", "-c", `echo $$ > ${file("pid")}; exec sleep 60`]);
  await appears(file("pid"));
  await until("the pid", () => textOf(file("pid")) !== "");
  const pid = Number(textOf(file("pid")));
  await app.line(/"type":"sample"/); // by then signals are passed on
  const stateOf = (process: number | undefined) => /\) (\w)/.exec(textOf(`/proc/${process}/stat`))?.[1];
  app.child.kill("SIGTSTP");
  await until("both to stop", () => stateOf(pid) === "T" && stateOf(app.child.pid) === "T");
  app.child.kill("SIGCONT");
  await until("both to go on", () => stateOf(pid) === "S" && stateOf(app.child.pid) !== "T");
  assert.equal(await app.stop("SIGTERM"), 143);
});

test("lab apm app -- without a command is wrong usage, and starts no simulated app", async () => {
  const { exitCode, stdout, stderr } = await lab(["apm", "app", "--"]);
  assert.deepEqual([exitCode, stdout, stderr], [2, "", "lab: a command must follow --, got nothing\n"]);
});

test("lab apm app --pid says of a zombie that it has ended, with exit code 1", { skip }, async (t) => {
  const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => parent.kill("SIGKILL"));
  const pid = await new Promise<string>((resolve) => parent.stdout?.once("data", (data) => resolve(`${data}`.trim())));
  await until("a zombie", () => /\) Z /.test(textOf(`/proc/${pid}/stat`)));
  const { exitCode, stderr } = await lab(["apm", "app", "--pid", pid, "--connect", "tcp://127.0.0.1:9"]);
  assert.deepEqual(
    [exitCode, stderr.split("\n").at(-2)],
    [1, `lab: process ${pid} has ended, and its parent has not waited for it (a zombie)`],
  );
});

test("lab apm app refuses a /proc of another pid namespace", { skip: skip || cannotUnshare() }, async () => {
  const line = ["unshare", "-pf", process.execPath, bin, "apm", "app", "--connect", "tcp://127.0.0.1:9"];
  for (const rest of [
    ["--pid", "1"],
    ["--", "true"],
  ]) {
    const { exitCode, stderr } = await execa("unshare", [...line.slice(1), ...rest], { reject: false });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^lab: \/proc belongs to another pid namespace: /m);
  }
});

function cannotUnshare(): string | false {
  return spawnSync("unshare", ["-pf", "true"]).status !== 0 && "needs a pid namespace of its own";
}
