import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { hostname } from "node:os";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { sleep } from "../../../src/concurrency/index.js";
import { Collector, freeAddress, said, startApp, startHeardApp } from "../../support/apm.js";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { bin, lab } from "../../support/lab.js";
import { noPython, runPython } from "../../support/python.js";
import type { AppSample } from "../../support/sample-log.js";
import { assertWithin, timed as timing, unlessBusy } from "../../support/tries.js";

const test = testAtOnce(3);
const timed = timing(test);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const seqs = (samples: readonly AppSample[]) => samples.map(({ seq }) => seq);

test("lab apm app sends the samples it prints, from seq 0 to closing", async (t) => {
  await using collector = await Collector.open();
  const app = startHeardApp(t, collector, ["--count", "5", "--interval", "100ms", "--color", "#e33", "--name", "Zoë"]);
  assert.equal(await app.ended, 0);
  await collector.closing();
  const { samples, taken, sent, unsent } = said(app);
  assert.deepEqual([taken, sent, unsent], [5, 5, 0]);
  assert.deepEqual(
    samples,
    collector.samples.map((sample) => ({ type: "sample", ...sample })),
  );
  assert.deepEqual(seqs(collector.samples), upTo(5));
  const [first] = collector.samples as [AppSample];
  for (const { timestamp, cpu, mem, lag, heap, gc, closing, seq, span, cpu_seconds, ...same } of collector.samples) {
    assert.equal(new Date(timestamp).toISOString(), timestamp);
    for (const figure of [cpu, mem, lag, heap, gc, span, cpu_seconds])
      assert.ok(figure >= 0 && Number.isFinite(figure));
    assert.ok(mem > heap, "the heap is in memory");
    assert.equal(closing, seq === 4 ? true : undefined);
    const pid = app.child.pid;
    const known = { color: "#e33", id: first.id, unsent: 0, name: "Zoë", pid, host: hostname(), interval: 100 };
    assert.deepEqual(same, known);
  }
});

test("lab apm app loses no early sample if its server is there", async (t) => {
  const args = ["--count", "200", "--interval", "2ms", "--load", "thread"];
  await unlessBusy(t, async () => {
    // the app waits a second for the server to listen
    await using collector = await Collector.open();
    const app = startApp(t, collector.address, args);
    assert.equal(await app.ended, 0);
    await collector.closing();
    assert.deepEqual(seqs(collector.samples), upTo(200));
    assert.deepEqual([said(app).taken, said(app).sent, said(app).unsent], [200, 200, 0]);
  });
});

test("lab apm app goes on without a server and reports unsent samples later", async (t) => {
  const address = await freeAddress();
  const app = startApp(t, address, ["--interval", "20ms"]);
  await app.line(/"unsent":5,/);
  assert.ok(!app.stdout.some((line) => line.includes('"seq"')), "an unsent sample has no seq");
  await using collector = await Collector.open({ at: address });
  await collector.sample(({ seq }) => seq === 10);
  assert.equal(await app.stop(), 0);
  const last = await collector.closing();
  const { taken, sent, unsent } = said(app);
  assert.ok(unsent >= 5);
  assert.deepEqual([last.seq + 1, last.unsent], [sent, unsent]);
  assert.equal(sent + unsent, taken);
  assert.deepEqual(seqs(collector.samples), upTo(sent));
});

test("lab apm app says in one line that no server is there, or no such host, and goes on", async (t) => {
  const [free, unknown] = [await freeAddress(), "tcp://no-such-host.invalid:5555"];
  for (const [address, notice] of [
    [free, /^waiting for a server at tcp:\S+$/],
    [unknown, /^cannot resolve tcp:\/\/no-such-host\.invalid:5555: [^;]+; trying again$/],
  ] as const) {
    const app = startApp(t, address, ["--interval", "100ms"]);
    await app.line(/"unsent":15,/);
    assert.equal(await app.stop(), 0);
    assert.equal(new Set(app.stderr).size, app.stderr.length, "each reason once");
    assert.deepEqual(
      app.stderr.filter((line) => !notice.test(line)),
      [],
    );
    assert.equal(said(app).unsent, said(app).taken);
  }
});

test("lab apm app --require-server exits with 3 after five seconds, without a command", async (t) => {
  const address = await freeAddress();
  const file = temporaryFolder(t);
  const timed = async (...args: string[]) => {
    const start = performance.now();
    const outcome = await lab(["apm", "app", "--connect", address, ...args]);
    return { ...outcome, ms: performance.now() - start };
  };
  const [requires, runs, other] = await Promise.all([
    timed("--require-server"),
    timed("--require-server", "--", "touch", file("started")),
    timed("--count", "1"), // one second, plus the time this machine takes to start and end three of them
  ]);
  const outcomes = [requires, runs];
  for (const { ms } of outcomes) assert.ok(ms >= 5000 && ms < 6500 + 2 * other.ms, `${ms} ms, another ${other.ms} ms`);
  for (const { exitCode, stdout, stderr } of outcomes) {
    assert.deepEqual([exitCode, stdout], [3, ""]);
    assert.match(stderr, /\nlab: no server at tcp:\S+ within 5 s\n$/);
  }
  assert.equal(existsSync(file("started")), false);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  timed(`lab apm app exits with 0 and a closing sample soon after ${signal}`, async (t) => {
    await using collector = await Collector.open();
    const app = startHeardApp(t, collector, ["--interval", "50ms"]);
    await collector.sample(({ seq }) => seq === 3);
    const start = performance.now();
    assert.equal(await app.stop(signal), 0);
    assertWithin(performance.now() - start, 2000);
    const last = await collector.closing();
    const { taken, sent, unsent } = said(app);
    assert.deepEqual([last.seq + 1, taken, unsent], [sent, sent, 0]);
  });
}

test("lab apm app exits with 0 without a reader, 1 on a full disk", async (t) => {
  await using collector = await Collector.open();
  const args = [bin, "apm", "app", "--json", "--interval", "20ms", "--connect", collector.address];
  const gone = spawn(process.execPath, args);
  t.after(() => gone.kill("SIGKILL"));
  gone.stdout.once("data", () => gone.stdout.destroy());
  const quiet = text(gone.stderr);
  assert.deepEqual(await once(gone, "close"), [0, null]);
  assert.doesNotMatch(await quiet, /EPIPE|lab:/);
  if (!existsSync("/dev/full")) return;
  const full = spawn(process.execPath, args, { stdio: ["ignore", openSync("/dev/full", "w"), "pipe"] });
  t.after(() => full.kill("SIGKILL"));
  const loud = text(full.stderr as Readable);
  assert.deepEqual(await once(full, "close"), [1, null]);
  assert.match(await loud, /lab: cannot write to stdout: .*ENOSPC[^\n]*\n$/);
});

test("lab apm app --load main delays the event loop, --load thread does not", async (t) => {
  await using collector = await Collector.open();
  const meanLag = async (place: string) => {
    const app = startHeardApp(t, collector, ["--load", place, "--interval", "200ms", "--count", "20"]);
    assert.equal(await app.ended, 0);
    return said(app).samples.reduce((sum, { lag }) => sum + lag, 0) / 20;
  };
  const [main, thread] = await Promise.all([meanLag("main"), meanLag("thread")]);
  assert.ok(main > thread, `${main} ms on the main thread, ${thread} ms beside it`);
});

test("lab apm app --leak grows the heap by its bytes each interval", async (t) => {
  await using collector = await Collector.open();
  const args = ["--interval", "200ms", "--count", "15", "--leak", `${4 * 2 ** 20}`, "--load", "thread"];
  const app = startHeardApp(t, collector, args);
  assert.equal(await app.ended, 0);
  const heaps = said(app).samples.map(({ heap }) => heap);
  const grown = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
  assert.ok(grown > 40 && grown < 80, `14 intervals of 4 MiB grew it by ${grown} MiB`);
});

test("lab apm app --curve reports to its server, and says why another refuses", async (t) => {
  const file = temporaryFolder(t);
  for (const name of ["ours", "others"]) await lab(["apm", "keygen", "--out", file(name)]);
  const { readServerKeys } = await import("../../../src/zeromq/key-file.js");
  await using collector = await Collector.open({ keys: readServerKeys(file("ours")) });
  const app = startHeardApp(t, collector, ["--curve", file("ours.client"), "--count", "3", "--interval", "50ms"]);
  assert.equal(await app.ended, 0);
  await collector.closing();
  assert.deepEqual(seqs(collector.samples), upTo(3));
  const stranger = startApp(t, collector.address, ["--curve", file("others.client")]);
  await stranger.line(/refused by tcp:.*: /);
  assert.equal(await stranger.stop(), 0);
  assert.equal(collector.samples.length, 3);
});

test("lab apm app sends samples that the notes' pyzmq server reads", {
  skip: noPython,
}, async (t) => {
  const address = await freeAddress();
  const server = `
import sys, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.setsockopt_string(zmq.SUBSCRIBE, '')
socket.bind(sys.argv[1])
for _ in range(3):
    data = socket.recv_json()
    print(data['color'], data['timestamp'][-1], float(data['cpu']) >= 0, float(data['mem']) > 1, data['seq'])
`;
  const python = runPython(server, [address]);
  startApp(t, address, ["--color", "green", "--interval", "100ms"]);
  const { stdout } = await python;
  assert.deepEqual(
    stdout.split("\n"),
    upTo(3).map((seq) => `green Z True True ${seq}`),
  );
});

test("lab apm app --json drops and counts lines for a stalled reader", (t) =>
  unlessBusy(t, async () => {
    const args = [
      bin,
      "apm",
      "app",
      "--json",
      "--load",
      "thread",
      "--interval",
      "1ms",
      "--connect",
      "tcp://127.0.0.1:9",
    ];
    const app = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    t.after(() => app.kill("SIGKILL"));
    await once(app.stdout, "readable"); // never read
    await sleep(3000);
    app.kill("SIGINT");
    const lines = (await text(app.stdout))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { type, taken, left_out } = lines.at(-1);
    assert.equal(type, "summary");
    assert.ok(left_out > 100, `${left_out} of ${taken}`);
    assert.equal(lines.filter((line) => line.type === "sample").length + left_out, taken);
  }));

test("lab apm app --leak takes more bytes than one array of V8 holds", async (t) => {
  await using collector = await Collector.open(); // without a server the first sample waits, but the leak does not
  // Sample and leak are due together, in any order: one to three leaks lie between the first and the third sample.
  const args = ["--leak", "300000000", "--interval", "2s", "--load", "thread", "--count", "3"];
  const app = startHeardApp(t, collector, args);
  assert.equal(await app.ended, 0);
  const mem = app.objects.filter(({ type }) => type === "sample").map((sample) => sample.mem as number);
  const grown = (mem.at(-1) ?? 0) - (mem[0] ?? 0);
  assert.ok(grown > 200 && grown < 1000, `${mem.join(", ")} MiB`);
});
