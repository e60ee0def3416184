import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "../support/lab.js";
import { assertWithin, timed } from "../support/tries.js";

test("lab parallel prints a row for each way, then its findings", async () => {
  const { exitCode, stdout } = await lab(["parallel", "--cpus", "2", "--size", "300000"]);
  assert.equal(exitCode, 0);
  const rows = stdout.split("\n").filter((line) => / × {2}/.test(line));
  assert.deepEqual(
    rows.map((row) => row.split(/ {2,}/, 1)[0]),
    ["8 tasks on the loop", "one after another", "2 threads", "2 processes"],
  );
  assert.match(rows[3] ?? "", /1\.1 MiB in [\d.]+ m?s/);
  assert.match(stdout, /^✔ Each way computes the same$/m);
  for (const line of stdout.split("\n").slice(0, 8)) assert.ok(line.length < 80, line);
});

test("lab parallel --json prints one document", async () => {
  const { exitCode, stdout } = await lab(["parallel", "--cpus", "1", "--size", "100000", "--json"]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report), [
    ...["cpus", "size", "available", "rounds", "rows", "calibrations", "findings", "undecided"],
  ]);
  assert.deepEqual(
    report.rows.map(({ way }: { way: string }) => way),
    ["tasks", "sequential", "threads", "processes"],
  );
  assert.deepEqual(Object.keys(report.rows[0]), [
    ...["way", "workers", "startMs", "ms", "cpuMs", "copiedBytes", "handOverMs", "checksum", "speedUp"],
  ]);
});

test("lab parallel refuses numbers out of range", async () => {
  for (const [args, message] of [
    [["--cpus", "0"], '--cpus must be a whole number from 1 to 64, got "0"'],
    [["--cpus", "65"], '--cpus must be a whole number from 1 to 64, got "65"'],
    [["--size", "999"], '--size must be a whole number from 1000 to 20000000, got "999"'],
    [["--size", "1e6"], '--size must be a whole number from 1000 to 20000000, got "1e6"'],
  ] as const) {
    const { exitCode, stderr } = await lab(["parallel", ...args]);
    assert.deepEqual([exitCode, stderr], [2, `lab: ${message}\n`]);
  }
});

timed(test)("lab parallel ends within 2 s of Ctrl-C while its main thread computes", async () => {
  const running = lab(["parallel", "--size", "20000000"]);
  let interruptedAt = 0;
  running.stdout.once("data", () => {
    interruptedAt = performance.now();
    running.kill("SIGINT");
  });
  const { exitCode } = await running;
  assertWithin(performance.now() - interruptedAt, 2000);
  assert.equal(exitCode, 130);
});
