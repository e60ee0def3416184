import { type RaceReport, raceBots, type StepDone, walkThroughOfTheNotes } from "../labs/race.js";
import { formatDuration } from "../terminal/duration.js";
import type { Palette } from "../terminal/palette.js";
import { Progress } from "../terminal/progress.js";
import { table } from "../terminal/table.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { flag, option } from "./kit/option.js";
import { UsageError } from "./kit/usage-error.js";
import { listOf, wholeNumber } from "./kit/values.js";

const fixes = ["none", "lock", "atomic", "single", "forgotten"] as const;
const taskFixes = 3;

interface RaceCommandOptions {
  bots: number;
  tables: number;
  rounds: number;
  fix?: (typeof fixes)[number][];
  awaitInside?: true;
}

const command: CommandDefinition<RaceCommandOptions> = {
  options: [
    option("--bots <number>", "bots that change the kitchen at once", wholeNumber(1, 64), "10"),
    option("--tables <number>", "tables of each bot", wholeNumber(1, 1_000_000), "10000"),
    option("--rounds <number>", "rounds, each in a fresh kitchen", wholeNumber(1, 1000), "1"),
    option("--fix <fixes>", `some of ${fixes.join(", ")} (default: all)`, listOf(...fixes)),
    flag("--await-inside", "race in one thread: tasks with an await between read and write"),
  ],
  examples: ["lab race", "lab race --await-inside"],
  async run({ fix, awaitInside, ...options }, { signal, out }) {
    if (fix && awaitInside) throw new UsageError("--fix does not go together with --await-inside");
    const kind = awaitInside ? "tasks of one thread" : "threads";
    out.line(out.palette.title(headline(options, kind)));
    const progress = new Progress(options.rounds * (awaitInside ? taskFixes : (fix ?? fixes).length));
    const emit = () => progress.step();
    const racing = raceBots({ ...options, fixes: fix, awaitInside }, { signal, emit });
    const report = await racing.finally(() => progress.clear());
    out.report(report, () => lines(report, out.palette), report);
  },
};
export default command;

function headline({ bots, tables }: Pick<RaceReport, "bots" | "tables">, kind: string): string {
  return `${counted(bots, "bot")} (${kind}): 4 knives and 4 forks taken and given, for ${counted(tables, "table")} each`;
}

function lines(report: RaceReport, { title, dim }: Palette): string[] {
  const { rounds, rows, schedules } = report;
  const { schedule, steps } = walkThroughOfTheNotes();
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
    title(`The walk-through of the notes (${schedule})`),
    ...stepLines(steps),
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
  return `${fix}: nothing is missing; ${lost} lost takes and gives cancel out`;
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
