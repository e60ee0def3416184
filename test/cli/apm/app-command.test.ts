import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before } from "node:test";
import { sleep } from "../../../src/concurrency/index.js";
import { Collector, freeAddress, said, startApp, startHeardApp } from "../../support/apm.js";
import { testAtOnce } from "../../support/at-once.js";
import { appears, temporaryFolder, textOf } from "../../support/files.js";
import { bin, lab, root } from "../../support/lab.js";

const test = testAtOnce(3);

/** An address that nobody listens on. The first sample waits there for a second, and so may the end. */
const nowhere = "tcp://127.0.0.1:9";
let somewhere: Collector;
before(async () => {
  somewhere = await Collector.open();
});
after(() => somewhere[Symbol.asyncDispose]());

const run = (...command: string[]) => lab(["apm", "app", "--connect", somewhere.address, "--", ...command]);
/** stderr without the notices about the server, which come at any time. */
const withoutLink = (stderr: string) =>
  stderr.replace(/^(?:connected to|lost the server at|waiting for a server at) .*\n/gm, "");
const isAlive = (pid: number) => existsSync(`/proc/${pid}/stat`) && !textOf(`/proc/${pid}/stat`).includes(") Z ");

test("lab apm app passes a command its arguments unchanged, without a shell", async () => {
  const args = ["$HOME", "*", "a b", ";exit 9", "`id`", "'\"", "--json", "--help", "-x", "--", ""];
  const print = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  const { exitCode, stdout } = await run(process.execPath, "-e", print, "--", ...args);
  assert.equal(exitCode, 0);
  assert.deepEqual(JSON.parse(stdout), args);
});

test("lab apm app exits with 127 or 126 for a missing or non-executable command", async (t) => {
  const file = temporaryFolder(t);
  writeFileSync(file("plain"), "no program");
  chmodSync(file("plain"), 0o644);
  for (const [command, code, says] of [
    ["no-such-program", 127, /^lab: "no-such-program" is not found\n$/],
    ["", 127, /^lab: "" is not found\n$/],
    ["biome", 127, /^lab: "biome" is not found\n$/],
    [file("plain"), 126, /^lab: ".*" cannot be run: not allowed\n$/],
    ["/etc", 126, /^lab: "\/etc" cannot be run: not allowed\n$/],
  ] as const) {
    const PATH = "/usr/bin:/bin"; // npm adds node_modules/.bin to it for our tests
    const { exitCode, stdout, stderr } = await lab(
      ["apm", "app", "--connect", somewhere.address, "--", command],
      { PATH },
      root,
    );
    assert.deepEqual([exitCode, stdout], [code, ""]);
    assert.match(withoutLink(stderr), says);
  }
});

test("lab apm app takes exit code and streams of its command", async () => {
  assert.equal((await run("true")).exitCode, 0);
  assert.equal((await run("sh", "-c", "exit 7")).exitCode, 7);
  assert.equal((await run("sh", "-c", "kill -9 $$")).exitCode, 137);
  assert.equal((await run("sh", "-c", "kill -TERM $$")).exitCode, 143);
  const child = spawn(process.execPath, [
    bin,
    "apm",
    "app",
    "--connect",
    somewhere.address,
    "--",
    "sh",
    "-c",
    "cat; echo err >&2",
  ]);
  child.stdin.end("through");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(stdout, "through");
  assert.match(withoutLink(stderr), /^err\nRan .* user, .* system\b.*\nTook \d samples? in .*\n$/);
});

test("lab apm app sends the closing sample of an exited or killed command", async (t) => {
  for (const [script, code] of [
    ["exit 0", 0],
    ["sleep 0.3; kill -9 $$", 137],
  ] as const) {
    await using collector = await Collector.open();
    const app = startHeardApp(t, collector, ["--interval", "100ms", "--", "sh", "-c", script]);
    assert.equal(await app.ended, code);
    const last = await collector.closing();
    assert.deepEqual([last.seq + 1, last.mem, last.processes], [said(app).sent, 0, 0]);
    assert.deepEqual([last.name, last.unsent], ["sh", 0]);
  }
});

test("lab apm app ends its command's process group, but not a daemon", async (t) => {
  const file = temporaryFolder(t);
  const script = `
    sh -c 'trap "echo asked > ${file("asked")}; exit" TERM; echo $$ > ${file("child")}; while :; do sleep 0.05; done' &
    setsid sh -c 'echo $$ > ${file("daemon")}; exec sleep 60' > /dev/null 2>&1 &
    until [ -s ${file("child")} ] && [ -s ${file("daemon")} ]; do sleep 0.05; done; exit 5`;
  const { exitCode } = await run("sh", "-c", script);
  const [child, daemon] = [Number(textOf(file("child"))), Number(textOf(file("daemon")))];
  t.after(() => process.kill(daemon, "SIGKILL"));
  assert.equal(exitCode, 5);
  assert.equal(textOf(file("asked")), "asked\n", "by SIGTERM first");
  assert.equal(isAlive(child), false);
  assert.equal(isAlive(daemon), true);
});

test("lab apm app kills a leftover process that ignores SIGTERM after a second", async (t) => {
  const file = temporaryFolder(t);
  const script = `
    (trap "" TERM; sh -c 'echo $$ > ${file("child")}; while :; do sleep 1; done') &
    until [ -s ${file("child")} ]; do sleep 0.05; done`;
  assert.equal((await run("sh", "-c", script)).exitCode, 0);
  assert.equal(isAlive(Number(textOf(file("child")))), false);
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`lab apm app passes ${signal} on to its command and takes its exit code`, async (t) => {
    const file = temporaryFolder(t);
    const plain = startApp(t, somewhere.address, ["--", "sh", "-c", `: > ${file("up")}; exec sleep 60`]);
    await appears(file("up"));
    assert.equal(await plain.stop(signal), code);
    const name = signal.slice(3);
    const script = `trap 'echo bye; exit 3' ${name}; : > ${file("up2")}; while :; do sleep 0.05; done`;
    const graceful = startApp(t, somewhere.address, ["--", "sh", "-c", script]);
    await appears(file("up2"));
    assert.equal(await graceful.stop(signal), 3);
    assert.ok(graceful.stderr.includes("bye"), "with --json the command's stdout goes to stderr");
    assert.equal((graceful.objects.at(-1) as { exitCode: number }).exitCode, 3);
  });
}

test("lab apm app waits for its command, and kills it at a second signal", async (t) => {
  const file = temporaryFolder(t);
  const script = `trap '' INT; echo $$ > ${file("pid")}; while :; do sleep 0.1; done`;
  const app = startApp(t, somewhere.address, ["--", "sh", "-c", script]);
  while (textOf(file("pid")) === "") await sleep(2);
  app.child.kill("SIGINT");
  await app.line(/waiting for the command to end; Ctrl-C again kills it/);
  assert.equal(await app.stop("SIGINT"), 130);
  assert.doesNotMatch(app.stderr.join("\n"), /Still ending/, "the notice of all commands is left out");
  const pid = Number(textOf(file("pid")));
  while (isAlive(pid)) await sleep(2); // SIGKILL was sent, so it must end
});

test("lab apm app keeps its command running when stdout is closed or full", async (t) => {
  const file = temporaryFolder(t);
  const script = `until [ -e ${file("go")} ]; do sleep 0.05; done; echo done > ${file("done")}; exit 4`;
  const args = [
    bin,
    "apm",
    "app",
    "--json",
    "--interval",
    "20ms",
    "--connect",
    somewhere.address,
    "--",
    "sh",
    "-c",
    script,
  ];
  const closed = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  closed.stdout.once("data", () => closed.stdout.destroy());
  await once(closed.stdout, "close");
  await sleep(200); // time for ten more samples
  assert.equal(closed.exitCode, null);
  writeFileSync(file("go"), "");
  assert.deepEqual(await once(closed, "exit"), [4, null]);
  assert.equal(textOf(file("done")), "done\n");
  if (!existsSync("/dev/full")) return;
  const full = spawn(process.execPath, args, { stdio: ["ignore", openSync("/dev/full", "w"), "pipe"] });
  const stderr = text(full.stderr as Readable);
  assert.deepEqual(await once(full, "close"), [1, null]);
  assert.match(await stderr, /ENOSPC/);
});

test("lab apm app --count ends the samples, but not the command", async (t) => {
  await using collector = await Collector.open();
  const app = startHeardApp(t, collector, ["--interval", "20ms", "--count", "2", "--", "sh", "-c", "sleep 1; exit 6"]);
  await collector.closing();
  assert.equal(app.child.exitCode, null);
  assert.equal(await app.ended, 6);
  assert.deepEqual([said(app).taken, collector.samples.length], [2, 2]);
});

test("lab apm app --pid watches a process tree and exits with 0 afterwards", async (t) => {
  const child = spawn("sh", ["-c", "sleep 60 & sleep 60"], { stdio: "ignore" }); // its child holds no pipe
  t.after(() => child.kill("SIGKILL"));
  await using collector = await Collector.open();
  const app = startHeardApp(t, collector, ["--pid", `${child.pid}`, "--interval", "50ms"]);
  const { name, pid, mem } = await collector.sample(({ processes }) => processes === 3);
  assert.deepEqual([name, pid], ["sh", child.pid]);
  assert.ok(mem > 1);
  child.kill("SIGKILL");
  assert.equal(await app.ended, 0);
  const last = await collector.closing();
  assert.deepEqual([last.processes, last.mem, last.seq + 1], [0, 0, said(app).sent]);
  assert.ok(app.stderr.includes(`Process ${child.pid} has ended`));

  const never = startApp(t, await freeAddress(), ["--pid", "999999999999999"]);
  assert.equal(await never.ended, 0);
  assert.deepEqual(never.stderr, ["There is no process 999999999999999"]);
});

test("lab apm app --pid leaves the process alone on Ctrl-C", async (t) => {
  const child = spawn("sleep", ["60"]);
  t.after(() => child.kill("SIGKILL"));
  await using collector = await Collector.open();
  const app = startHeardApp(t, collector, ["--pid", `${child.pid}`, "--interval", "50ms"]);
  await collector.sample();
  assert.equal(await app.stop(), 0);
  assert.equal(isAlive(child.pid ?? 0), true);
});

test("lab apm app loses no signal while its command starts", async (t) => {
  for (let afterMs = 50; afterMs <= 400; afterMs += 50) {
    const app = startApp(t, nowhere, ["--", "sleep", "30"]);
    await sleep(afterMs);
    const start = performance.now();
    assert.ok(["SIGTERM", 0, 143].includes((await app.stop("SIGTERM")) ?? ""), `after ${afterMs} ms`);
    assert.ok(performance.now() - start < 10_000, `after ${afterMs} ms`);
  }
});

test("lab apm app ignores a signal once its command has ended", async (t) => {
  const file = temporaryFolder(t);
  const app = startApp(t, nowhere, ["--", "sh", "-c", `echo $$ > ${file("pid")}; exit 5`]);
  while (textOf(file("pid")) === "") await sleep(2);
  const pid = Number(textOf(file("pid")));
  while (existsSync(`/proc/${pid}`)) await sleep(1); // the closing sample still waits for a server
  app.child.kill("SIGUSR2");
  assert.equal(await app.ended, 5);
});

test("lab apm app --pid ends with a process that is never reaped", async (t) => {
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => parent.kill("SIGKILL"));
  const pid = Number(String((await once(parent.stdout as Readable, "data"))[0]));
  const app = startApp(t, somewhere.address, ["--pid", `${pid}`, "--interval", "50ms"]);
  await app.line(/"type":"sample"/);
  process.kill(pid);
  assert.equal(await app.ended, 0);
  assert.ok(app.stderr.includes(`Process ${pid} has ended`));
  assert.match(textOf(`/proc/${pid}/stat`), /\) Z /);
});

for (const [what, flags, command] of [
  ["its command fills", [], "yes"],
  ["its samples fill", ["--json", "--interval", "1ms"], "exec sleep 60"],
] as const) {
  test(`lab apm app passes a signal on when ${what} an unread pipe`, {
    timeout: 15_000,
  }, async (t) => {
    const pipe = temporaryFolder(t)("pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = openSync(pipe, "r+"); // never read
    t.after(() => closeSync(reader));
    const args = [bin, "apm", "app", ...flags, "--connect", nowhere, "--", "sh", "-c", command];
    const app = spawn(process.execPath, args, { stdio: ["ignore", reader, reader] });
    t.after(() => app.kill("SIGKILL"));
    await sleep(2000);
    app.kill("SIGTERM");
    assert.deepEqual(await once(app, "exit"), [143, null]);
  });
}
