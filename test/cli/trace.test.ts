import "../support/hygiene.js";
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { execa } from "execa";
import { testAtOnce } from "../support/at-once.js";
import { faultsOf, readTrace, type TraceEvent } from "../support/check-trace.js";
import { temporaryFolder } from "../support/files.js";
import { bin, lab } from "../support/lab.js";
import { startOrigin } from "../support/origin.js";
import { until } from "../support/until.js";

const test = testAtOnce(3);

/** Commands that end by themselves, each with a slice that its trace must have. */
const commands: [argv: string[], slice: string][] = [
  [["hello"], "beatForEver"],
  [["fetch-quotes", "--latency", "20ms"], "GET /qod"],
  [["race", "--rounds", "2"], "race"],
  [["coroutine"], "coroutine"],
  [["tower"], "tower"],
  [["queue", "--items", "200"], "queue get"],
  [["janus", "--count", "50"], "janus"],
  [["parallel", "--size", "100000"], "parallel"],
  [["cost", "--kind", "task", "--count", "100"], "cost"],
  [["news"], "news"],
];

for (const [argv, slice] of commands) {
  test(`lab ${argv[0]} --trace writes a trace that viewers take`, async (t) => {
    const path = temporaryFolder(t)("trace.json");
    const { exitCode, stderr } = await lab([...argv, "--json", "--trace", path]);
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /^Trace: .*trace\.json, \d+ events in [\d.]+ [KM]?i?B; Perfetto and chrome:\/\/tracing open it$/m,
    );
    const events = readTrace(path);
    assert.deepEqual(faultsOf(events), []);
    const names = events.filter(({ ph }) => ph === "X").map(({ name }) => name);
    assert.ok(names.includes(slice), `no "${slice}" among ${[...new Set(names)].join(", ")}`);
  });
}

const endOf = ({ ts, dur }: TraceEvent) => ts + dur;

test("the trace of lab blocking shows what blocks the loop, and what does not", async (t) => {
  const path = temporaryFolder(t)("trace.json");
  const { exitCode, stderr } = await lab(["blocking", "--trace", path]);
  assert.equal(exitCode, 0, stderr);
  const events = readTrace(path);
  const of = (wanted: string) => events.filter(({ cat }) => cat === wanted);
  const isLong = ({ dur }: TraceEvent) => dur > 400_000; // a busy machine may hold up any turn for a while
  const blocks = of("block").filter(isLong);
  assert.equal(blocks.length, 2, "two calls block the loop, those on the main thread");
  const calls = of("worker").filter(isLong);
  assert.ok(calls.length >= 4, `${calls.length}`);
  for (const call of calls) {
    const waits = of("wait").filter(({ name }) => name === `${call.name}() in a worker`);
    const around = waits.some((wait) => wait.ts < call.ts + 5000 && endOf(call) < endOf(wait) + 5000);
    assert.ok(around, `${JSON.stringify(call)} lies in no wait`);
    assert.ok(blocks.every((block) => endOf(block) < call.ts || endOf(call) < block.ts));
  }
  const ran = of("run").reduce((sum, { dur }) => sum + dur, 0);
  const whole = Math.max(...of("task").map(({ dur }) => dur));
  assert.ok(ran <= whole, `${ran} of ${whole} µs`);
});

test("a trace of a killed program still opens", async (t) => {
  const path = temporaryFolder(t)("trace.json");
  const running = execa(process.execPath, [bin, "queue", "--items", "1000000", "--trace", path], { reject: false });
  await until("the first part is written", () => readSize(path) > 0);
  running.kill("SIGKILL");
  await running;
  const events = readTrace(path, { isWhole: false });
  assert.ok(events.length > 100);
  assert.deepEqual(
    faultsOf(events).filter((fault) => !/^arrow/.test(fault)),
    [],
  ); // their slices were not written yet
});

function readSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

test("a trace of an interrupted command is whole", async (t) => {
  const path = temporaryFolder(t)("trace.json");
  const running = execa(process.execPath, [bin, "queue", "--items", "1000000", "--trace", path], { reject: false });
  await until("the first part is written", () => readSize(path) > 0);
  running.kill("SIGINT");
  assert.equal((await running).exitCode, 130);
  assert.deepEqual(faultsOf(readTrace(path)), []);
});

test("no secret of an option, a query or a header gets into a trace", async (t) => {
  const path = temporaryFolder(t)("trace.json");
  const origin = await startOrigin(t, (_request, response) => response.end("ok"));
  const secret = "s3cr3t-value";
  const { exitCode } = await lab([
    "fetch",
    `${origin.url}/page?key=${secret}`,
    "-H",
    `x-key: ${secret}`,
    "--trace",
    path,
  ]);
  assert.equal(exitCode, 0);
  await lab(["fetch-quotes", "--base-url", origin.url, "--api-key", secret, "--trace", `${path}.2`]);
  const text = [path, `${path}.2`].map((each) => readFileSync(each, "utf8")).join("");
  assert.ok(text.includes("GET /page"));
  assert.ok(!text.includes(secret));
});

test("a trace that cannot be written is one line and exit code 1", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(folder("folder"));
  for (const [path, reason] of [
    [folder("nowhere/trace.json"), "its folder does not exist"],
    [folder("folder"), "it is a folder"],
    ["/dev/full", "the disk is full"],
  ]) {
    const { exitCode, stderr } = await lab(["hello", "--trace", String(path)]);
    assert.equal(exitCode, 1);
    assert.ok(stderr.includes(`lab: cannot write the trace ${path}: ${reason}\n`), stderr);
  }
  assert.equal((await lab(["hello", "--trace", ""])).exitCode, 2);
  assert.equal((await lab(["hello", "--trace", folder("t"), "--trace-limit", "none"])).exitCode, 2);
});
