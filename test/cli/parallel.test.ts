import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "../support/lab.js";
import { labOnTerminal, withoutTerminal } from "../support/on-terminal.js";
import { unlessBusy } from "../support/tries.js";

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
  const fields = ["way", "workers", "startMs", "ms", "cpuMs", "copiedBytes", "handOverMs", "checksum", "speedUp"];
  assert.deepEqual(Object.keys(report.rows[0]), fields);
  assert.deepEqual(Object.keys(report.rows[3]), [...fields.slice(0, -1), "refusal", "speedUp"]);
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

test("lab parallel ends with 130 on Ctrl-C within 2 s while its main thread computes", { skip: withoutTerminal }, (t) =>
  unlessBusy(t, async () => {
    const tasksAreDone = /1\/4 /; // so the same work runs again, one part after another
    const ran = await labOnTerminal(["parallel", "--size", "20000000"], tasksAreDone);
    assert.equal(ran?.exitCode, 130);
    assert.doesNotMatch(ran?.shown ?? "", /Still waiting|2\/4|measured:/); // said after 2 s; later steps; in a report
  }),
);
