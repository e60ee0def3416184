import "../support/hygiene.js";
import assert from "node:assert/strict";
import { rowNames } from "../../src/labs/shutdown/names.js";
import type { Row } from "../../src/labs/shutdown/row.js";
import * as afterMain from "../../src/labs/shutdown/rows-after-main.js";
import * as bySignal from "../../src/labs/shutdown/rows-by-signal.js";
import { rows, type ShutdownRow, shutdown } from "../../src/labs/shutdown.js";
import { testAtOnce } from "../support/at-once.js";

const test = testAtOnce(2);
const { signal } = new AbortController();
const programs = new URL("../support/programs/", import.meta.url);

test("shutdown finds that run() ends each program as claimed", async () => {
  const emitted: ShutdownRow[] = [];
  const only = rowNames;
  const report = await shutdown({ only }, { signal, emit: (row) => void emitted.push(row) });
  assert.deepEqual(
    report.findings.filter(({ holds }) => !holds),
    [],
  );
  assert.deepEqual([report.findings.length, report.undecided], [rows.length, []]);
  assert.deepEqual(emitted, report.rows);
  assert.deepEqual(
    report.rows.map(({ name }) => name),
    only,
  );
});

test("shutdown tells what ran, was cancelled and was lost", async () => {
  const { rows } = await shutdown({ only: ["cleans-up", "first-ctrl-c"] }, { signal });
  const [cleansUp = [], firstCtrlC = []] = rows.map(({ ends }) =>
    ends.map(({ ms: _, cutOff: __, ...end }) => Object.values(end)),
  );
  assert.deepEqual(cleansUp, [
    ["run", 0, null, ["main", "clean-up"], ["wait"], []],
    ["alone", 0, null, ["main", "wait", "clean-up"], [], []],
    ["exit", 0, null, ["main"], [], ["wait", "clean-up"]],
  ]);
  assert.deepEqual(firstCtrlC, [
    ["run", 130, null, ["clean-up"], ["main"], []],
    ["alone", null, "SIGINT", [], [], ["main", "clean-up"]],
  ]);
});

/** Each row with a change that makes its claim wrong. */
const mutations: Record<string, Row> = {
  "a program that fails": { ...afterMain.allDone, url: new URL("main-breaks.js", programs) },
  "a task that swallows its cancellation": { ...afterMain.waits, url: afterMain.swallows.url },
  "a task that goes on in place of its clean-up": { ...afterMain.cleansUp, url: afterMain.swallows.url },
  "a task that obeys its cancellation": { ...afterMain.swallows, url: afterMain.waits.url },
  "a task that is started without spawn()": { ...afterMain.spawns, url: new URL("starts-unowned.js", programs) },
  "shutdown() with cancelFutures": { ...bySignal.poolWait, args: ["cancelFutures"] },
  "cancelFutures left out": { ...bySignal.poolCancelFutures, args: ["wait"] },
  "force left out": { ...bySignal.poolForce, args: ["cancelFutures"] },
  "a second signal during a long clean-up": {
    ...bySignal.firstCtrlC,
    args: bySignal.secondCtrlC.args,
    signals: bySignal.secondCtrlC.signals,
  },
  "a short clean-up and no second signal": {
    ...bySignal.secondCtrlC,
    args: bySignal.firstCtrlC.args,
    signals: bySignal.firstCtrlC.signals,
  },
  "SIGINT in its place": { ...bySignal.sigterm, signals: bySignal.firstCtrlC.signals },
};

for (const [mutation, row] of Object.entries(mutations)) {
  test(`shutdown's finding on ${row.name} does not hold for ${mutation}`, async () => {
    const { findings, undecided } = await shutdown({ only: [row.name] }, { signal }, { table: [row] });
    assert.deepEqual([findings.map(({ holds }) => holds), undecided], [[false], []]);
  });
}

test("shutdown has a mutation for each of its rows", () => {
  assert.deepEqual(
    Object.values(mutations).map(({ name }) => name),
    rows.map(({ name }) => name),
  );
});

test("shutdown cannot decide about a program that comes to no end", async () => {
  const row = { ...afterMain.allDone, url: new URL("never-stops.js", programs) };
  const { rows, findings, undecided } = await shutdown(
    { only: ["all-done"] },
    { signal },
    { table: [row], limitMs: 500 },
  );
  assert.deepEqual([findings.length, undecided.length], [0, 1]);
  assert.deepEqual(rows[0]?.ends[0]?.signal, "SIGKILL");
});

for (const [moment, measured] of [
  ["before", "a program did not come to the begin of its end"],
  ["after", "SIGKILL ended a program; the lab had not sent it"],
] as const) {
  test(`shutdown cannot decide about a program that is killed ${moment} its end begins`, async () => {
    for (const row of [afterMain.waits, bySignal.poolWait]) {
      const killed = { ...row, url: new URL("is-killed.js", programs), args: [moment] };
      const { findings, undecided } = await shutdown({ only: [row.name] }, { signal }, { table: [killed] });
      assert.deepEqual([findings, undecided], [[], [{ claim: row.claim, measured }]]);
    }
  });
}

test("shutdown rejects with its signal's reason while programs run", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const endless: Row = { ...bySignal.secondCtrlC, signals: [], starts: ["run", "alone"] };
  const emit = () => controller.abort(reason);
  const table = [afterMain.allDone, endless];
  const running = shutdown({ only: ["all-done", "second-ctrl-c"] }, { signal: controller.signal, emit }, { table });
  await assert.rejects(running, (error) => error === reason);
});
