import { concludeFrom, type Finding, type LabContext, type Undecided } from "./lab.js";
import { models, type Turn } from "./race/models.js";
import type { Fix, RaceEvent, Row, TaskFix } from "./race/row.js";
import { explore, loses, type Run, replay, type StepDone, switches } from "./race/schedules.js";
import { raceTasks } from "./race/tasks.js";
import { raceThreads, type ThreadParts } from "./race/threads.js";
import { verdictsOnSchedules } from "./race/verdict.js";

export type { Fix, RaceEvent } from "./race/row.js";
export type { StepDone } from "./race/schedules.js";

const notesSchedule = "ABAABB";

type Model = keyof typeof models;

export interface RaceOptions {
  /** Threads; tasks with `awaitInside`. */
  bots: number;
  /** Tables of each bot. A table is two changes: the bot takes, then gives. */
  tables: number;
  rounds: number;
  /** The rows, in this order (default: all five). `awaitInside` has rows of its own. */
  fixes?: readonly Fix[] | undefined;
  /** Race in one thread, with tasks (default: false). */
  awaitInside?: boolean | undefined;
}

export interface ScheduleRow {
  model: string;
  total: number;
  losing: number;
  /** The steps of the losing schedule with the fewest switches, if one loses. */
  shortest?: StepDone[];
}

/** The schedule that the notes tell. `left` is the number of knives in the end. */
export type WalkThrough = Pick<Run, "schedule" | "steps" | "left">;

export interface RaceReport {
  bots: number;
  tables: number;
  rounds: number;
  rows: Row<Fix | TaskFix>[];
  schedules: ScheduleRow[];
  /** A reads, B reads, A changes its number and writes it back, B does. */
  walkThrough: WalkThrough;
  findings: Finding[];
  undecided: Undecided[];
}

/** For tests: what they put in the place of the real thing. */
export interface RaceParts extends ThreadParts {
  taskDoneAs?: Partial<Record<TaskFix, TaskFix>>;
  models?: Record<Model, readonly Turn[]>;
}

/**
 * The notes' race condition: bots change the number of knives and forks at once, by five rules. Then every schedule of
 * two bots, in a model. Cancellation: ends the threads, then rejects with `signal.reason`.
 */
export async function raceBots(
  options: RaceOptions,
  context: LabContext<RaceEvent>,
  parts: RaceParts = {},
): Promise<RaceReport> {
  const { bots, tables, rounds } = options;
  const race = options.awaitInside
    ? await raceTasks(options, context, parts.taskDoneAs)
    : await raceThreads(options, context, parts);
  const turns: Record<Model, readonly Turn[]> = parts.models ?? models;
  const names = Object.keys(turns) as Model[];
  const runs = Object.fromEntries(names.map((model) => [model, explore(turns[model])])) as Record<Model, Run[]>;
  const notes = replay(turns.threads, notesSchedule);
  const { schedule, steps, left } = notes;
  return {
    ...{ bots, tables, rounds, rows: race.rows },
    schedules: names.map((model) => scheduleRow(model, runs[model])),
    walkThrough: { schedule, steps, left },
    ...concludeFrom([...race.verdicts, ...verdictsOnSchedules(runs, notes)]),
  };
}

function scheduleRow(model: string, runs: readonly Run[]): ScheduleRow {
  const losing = runs.filter(loses);
  const [shortest] = losing.toSorted((a, b) => switches(a) - switches(b));
  return { model, total: runs.length, losing: losing.length, ...(shortest && { shortest: shortest.steps }) };
}
