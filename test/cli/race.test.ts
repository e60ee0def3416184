import "../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";
import { labOnTerminal } from "../support/on-terminal.js";
import { startLab } from "../support/running-lab.js";
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
  assert.deepEqual(Object.keys(report), ["bots", "tables", "rounds", "rows", "schedules", "findings", "undecided"]);
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

test("lab race shows its progress on a terminal and ends with 130 on Ctrl-C", async (t) => {
  const ran = await labOnTerminal(["race", "--rounds", "1000"], /\d+\/5000/);
  if (ran === undefined) return t.skip("needs script(1)");
  assert.equal(ran.exitCode, 130);
});

for (const args of ["--fix none", "--fix lock", "--fix single", "--await-inside"]) {
  test(`lab race ${args} ends within 2 s of a signal`, (t) =>
    unlessBusy(t, async () => {
      const racing = startLab(t, ["race", "--tables", "1000000", "--bots", "16", ...args.split(" ")]);
      await racing.line(/^16 bots/);
      assert.equal(await racing.stop("SIGINT"), 130);
      assert.equal(racing.stdout.length, 1); // no report
      assert.deepEqual(racing.stderr, []); // a command that takes longer than 2 s says so here
    }));
}
