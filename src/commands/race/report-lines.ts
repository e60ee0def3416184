import type { RaceReport, StepDone } from "../../labs/race.js";
import { formatDuration } from "../../terminal/duration.js";
import type { Palette } from "../../terminal/palette.js";
import { table } from "../../terminal/table.js";
import { counted } from "../../text/counted.js";

/** All below the headline, but for the findings. */
export function reportLines(report: RaceReport, { title, dim }: Palette): string[] {
  const { rounds, rows, schedules, walkThrough } = report;
  const shortest = schedules[0]?.shortest;
  return [
    "",
    ...rowLines(report),
    ...rows.filter((row) => looksRight(row, rounds)).map(({ fix, lost }) => dim(lookLine(fix, lost))),
    "",
    title("Every schedule of two bots that take 4 of 100 knives, run in a model"),
    "",
    ...table(schedules.map(({ model, total, losing }) => [model, `${losing} of ${total}`, "lose an update"])),
    ...(shortest ? ["", title("The shortest that loses"), ...stepLines(shortest)] : []),
    "",
    title(`The walk-through of the notes (${walkThrough.schedule})`),
    ...stepLines(walkThrough.steps),
  ];
}

function rowLines({ rounds, rows }: RaceReport): string[] {
  const several = rounds > 1;
  const heads = ["fix", "changes", "lost", ...(several ? ["in rounds"] : []), "knives", "forks", "time"];
  const cells = rows.map(({ fix, changes, lost, lostRounds, kitchen, ms }) => [
    fix,
    `${changes}`,
    `${lost}`,
    ...(several ? [`${lostRounds} of ${rounds}`] : []),
    `${kitchen.knives}`,
    `${kitchen.forks}`,
    formatDuration(ms),
  ]);
  return rows.length > 0 ? table([heads, ...cells], { right: [1, 2, 3, 4, 5, 6] }) : [];
}

/** Whether the last kitchen hides a loss. */
function looksRight({ lostRounds, kitchen }: RaceReport["rows"][number], rounds: number): boolean {
  return lostRounds === rounds && kitchen.knives === 100 && kitchen.forks === 100;
}

function lookLine(fix: string, lost: number): string {
  return `${fix}: nothing is missing, though ${counted(lost, "change")} left no trace`;
}

/** A column for each bot, and the knives in the kitchen after each step. */
function stepLines(steps: readonly StepDone[]): string[] {
  let knives = 100;
  const rows = steps.map(({ bot, step, value }, index) => {
    if (step === "write") knives = value;
    const did = `${step} ${value}`;
    return [`${index + 1}`, ...(bot === "A" ? [did, ""] : ["", did]), `${knives}`];
  });
  return table([["", "A", "B", "knives"], ...rows], { right: [0, 3] });
}
