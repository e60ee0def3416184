import { concludeFrom, type Finding, type LabContext, type Undecided } from "./lab.js";
import { models, type Turn } from "./race/models.js";
import type { Fix, Row, TaskFix } from "./race/row.js";
import { explore, loses, type Run, replay, type StepDone, switches } from "./race/schedules.js";
import { raceTasks } from "./race/tasks.js";
import { raceThreads, type ThreadParts } from "./race/threads.js";
import { verdictsOnSchedules } from "./race/verdict.js";

export type { StepDone } from "./race/schedules.js";

const walkThrough = "ABAABB";

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

export interface RaceReport {
  bots: number;
  tables: number;
  rounds: number;
  rows: Row<Fix | TaskFix>[];
  schedules: ScheduleRow[];
  findings: Finding[];
  undecided: Undecided[];
}

/** A round of that row is done. */
export type RaceEvent = Fix | TaskFix;

/** For tests: what they put in the place of the real thing. */
export interface RaceParts extends ThreadParts {
  taskDoneAs?: Partial<Record<TaskFix, TaskFix>>;
  models?: Record<keyof typeof models, readonly Turn[]>;
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
  const turns = parts.models ?? models;
  const runs = Object.values(turns).map((change) => explore(change));
  const verdicts = [...race.verdicts, ...verdictsOnSchedules(runs, walkThroughOfTheNotes(turns.threads))];
  const schedules = Object.keys(turns).map((model, index) => scheduleRow(model, runs[index] ?? []));
  return { bots, tables, rounds, rows: race.rows, schedules, ...concludeFrom(verdicts) };
}

/** A reads, B reads, A changes its number and writes it back, B does. */
export function walkThroughOfTheNotes(change: readonly Turn[] = models.threads): Run {
  return replay(change, walkThrough);
}

function scheduleRow(model: string, runs: readonly Run[]): ScheduleRow {
  const losing = runs.filter(loses);
  const [shortest] = losing.toSorted((a, b) => switches(a) - switches(b));
  return { model, total: runs.length, losing: losing.length, ...(shortest && { shortest: shortest.steps }) };
}
