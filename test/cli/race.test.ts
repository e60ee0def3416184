import "../support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { execa } from "execa";
import { testAtOnce } from "../support/at-once.js";
import { bin, lab } from "../support/lab.js";
import { labOnTerminal, withoutTerminal } from "../support/on-terminal.js";
import { unlessBusy } from "../support/tries.js";

const test = testAtOnce(2);

test("lab race prints a row per fix, the schedules, two tables and findings", async () => {
  const { exitCode, stdout, stderr } = await lab(["race", "--rounds", "2"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  assert.match(stdout, /^none +400000 +\d+ +2 of 2 /m);
  for (const fix of ["lock", "atomic", "single"]) assert.match(stdout, new RegExp(`^${fix} +400000 +0 +0 of 2 `, "m"));
  assert.match(stdout, /^forgotten +400000 +\d+ +2 of 2 /m);
  assert.match(stdout, /18 of 20[\s\S]*4 of 6[\s\S]*0 of 2[\s\S]*0 of 2/);
  assert.match(stdout, /The shortest that loses\n[\s\S]*\n6 {2}write 96 +96\n/);
  assert.match(stdout, /The walk-through of the notes \(ABAABB\)\n[\s\S]*\n6 +write 96 +96\n/);
  assert.equal(stdout.match(/^✔ /gm)?.length, 8);
  for (const line of stdout.split("\n")) if (!/^(?:✔|\? | {2}measured)/.test(line)) assert.ok(line.length <= 80, line);
});

test("lab race --json prints one document of the documented shape", async () => {
  const { exitCode, stdout } = await lab(["race", "--fix", "lock,none", "--rounds", "2", "--json"]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report), [
    ...["bots", "tables", "rounds", "rows", "schedules", "walkThrough", "findings", "undecided"],
  ]);
  const { bots, tables, rounds, rows, schedules } = report;
  assert.deepEqual([bots, tables, rounds], [10, 10_000, 2]);
  assert.deepEqual(Object.keys(rows[0]), ["fix", "changes", "lost", "lostRounds", "kitchen", "ms"]);
  assert.deepEqual(rows[0].kitchen, { knives: 100, forks: 100 });
  assert.deepEqual(
    rows.map(({ fix, lostRounds }: { fix: string; lostRounds: number }) => [fix, lostRounds]),
    [
      ["lock", 0],
      ["none", 2],
    ],
  );
  assert.deepEqual(
    schedules.map(({ total, losing }: { total: number; losing: number }) => [total, losing]),
    [
      [20, 18],
      [6, 4],
      [2, 0],
      [2, 0],
    ],
  );
  assert.equal(schedules[0].shortest.length, 6);
  assert.equal("shortest" in schedules[2], false);
  const { schedule, steps, left } = report.walkThrough;
  assert.deepEqual([schedule, steps.length, left], ["ABAABB", 6, 96]);
});

test("lab race --await-inside loses across the await only", async () => {
  const { exitCode, stdout } = await lab(["race", "--await-inside", "--tables", "100", "--rounds", "100"]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^none .* 100 of 100 /m);
  assert.match(stdout, /^no-await .* 0 of 100 /m);
  assert.match(stdout, /^lock .* 0 of 100 /m);
});

test("lab race --bots 1 says that one bot cannot race", async () => {
  const { exitCode, stdout } = await lab(["race", "--bots", "1", "--tables", "10", "--strict"]);
  assert.equal(exitCode, 0);
  assert.equal(stdout.match(/^\? /gm)?.length, 5);
  assert.match(stdout, /measured: one bot cannot race\n/);
});

test("lab race refuses --fix beside --await-inside", async () => {
  const { exitCode, stderr } = await lab(["race", "--await-inside", "--fix", "lock"]);
  assert.deepEqual([exitCode, stderr], [2, "lab: --fix does not go together with --await-inside\n"]);
});

for (const args of ["--fix none", "--fix lock", "--fix single", "--await-inside"]) {
  test(`lab race ${args} ends with 130 on Ctrl-C between its rounds, within 2 s`, { skip: withoutTerminal }, (t) =>
    unlessBusy(t, async () => {
      const rounds = /[1-9]\d*\/\d000 /; // drawn when a round has ended, while the next one runs
      const ran = await labOnTerminal(["race", "--rounds", "1000", ...args.split(" ")], rounds);
      assert.equal(ran?.exitCode, 130);
      assert.doesNotMatch(ran?.shown ?? "", /Still waiting|measured:/); // said after 2 s; in a report
    }),
  );
}

/** The rounds that lost, by fix. */
async function lostRoundsOf(command: string, args: readonly string[]): Promise<Record<string, number>> {
  const { stdout } = await execa(command, [...args, process.execPath, bin, "race", "--rounds", "3", "--json"]);
  const { rows }: { rows: { fix: string; lostRounds: number }[] } = JSON.parse(stdout);
  return Object.fromEntries(rows.map(({ fix, lostRounds }) => [fix, lostRounds]));
}

const lostOfThree = { none: 3, lock: 0, atomic: 0, single: 0, forgotten: 3 };
const withoutTaskset = spawnSync("taskset", ["--version"]).status !== 0 && "needs taskset(1)";

test("lab race loses in every round on one processor, and never under a fix", { skip: withoutTaskset }, async () => {
  const [, first = "0"] = /: (\d+)/.exec(spawnSync("taskset", ["-cp", `${process.pid}`]).stdout.toString()) ?? [];
  assert.deepEqual(await lostRoundsOf("taskset", ["-c", first]), lostOfThree);
});

test("lab race loses in every round beside programs that keep each processor busy", async (t) => {
  const controller = new AbortController();
  t.after(() => controller.abort());
  const busy = Array.from({ length: availableParallelism() }, () => {
    const spin = execa(process.execPath, ["-e", "console.log(); for (;;);"], {
      cancelSignal: controller.signal,
      reject: false,
    });
    return once(spin.stdout, "data");
  });
  await Promise.all(busy);
  assert.deepEqual(await lostRoundsOf("env", []), lostOfThree);
});

const withoutPrlimit = spawnSync("prlimit", ["--version"]).status !== 0 && "needs prlimit(1)";

for (const files of [40, 50, 55, 60]) {
  test(`lab race ends where ${files} files may be open, with or without its threads`, {
    skip: withoutPrlimit,
  }, async () => {
    const argv = [`--nofile=${files}`, process.execPath, bin, "race", "--tables", "100", "--json"];
    const { exitCode, stdout } = await execa("prlimit", argv, { timeout: 60_000, reject: false });
    assert.equal(exitCode, 0);
    const { rows, undecided } = JSON.parse(stdout);
    if (rows.length === 5) return;
    assert.match(undecided[0].measured, /^cannot start 10 threads: .*EMFILE/);
  });
}
