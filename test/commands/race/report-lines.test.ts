import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { reportLines } from "../../../src/commands/race/report-lines.js";
import type { RaceReport } from "../../../src/labs/race.js";
import { createPalette } from "../../../src/terminal/palette.js";

const palette = await createPalette(process.stdout, true);
const walkThrough = {
  schedule: "AB",
  steps: [
    { bot: "A" as const, step: "read", value: 100 },
    { bot: "B" as const, step: "write", value: 96 },
  ],
  left: 96,
};

function linesOf(knives: number, lost: number, rounds = 1): string[] {
  const row = { fix: "none" as const, changes: 800, lost, lostRounds: 1, kitchen: { knives, forks: 100 }, ms: 12 };
  const report: RaceReport = {
    ...{ bots: 4, tables: 100, rounds, rows: [row], schedules: [], walkThrough, findings: [], undecided: [] },
  };
  return reportLines(report, palette);
}

test("reportLines says that a kitchen hides its losses, and does not say why", () => {
  assert.ok(linesOf(100, 500).includes("none: nothing is missing, though 500 changes left no trace"));
  assert.ok(linesOf(100, 1).includes("none: nothing is missing, though 1 change left no trace"));
});

test("reportLines says nothing of a kitchen that shows its losses, or that may have lost none", () => {
  for (const lines of [linesOf(96, 500), linesOf(100, 500, 2)])
    assert.ok(!lines.some((line) => line.includes("nothing is missing")));
});

test("reportLines has a column for each bot of the walk-through", () => {
  assert.deepEqual(linesOf(96, 1).slice(-4), [
    "The walk-through of the notes (AB)",
    "   A         B         knives",
    "1  read 100               100",
    "2            write 96      96",
  ]);
});
