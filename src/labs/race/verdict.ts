import { counted } from "../../text/counted.js";
import type { Verdict } from "../lab.js";
import { piecesOfEach } from "./kitchen.js";
import { knivesLeft, type models } from "./models.js";
import type { Cutlery, Fix, Round, Row, TaskFix } from "./row.js";
import { loses, type Run } from "./schedules.js";

const alone = "one bot cannot race";
const fewestMeetings = 10; // with fewer, a run without a loss may be chance

const threadClaims: Record<Fix, string> = {
  none: "Threads that change what they share lose updates",
  lock: "No update is lost under a lock that every thread takes",
  atomic: "No update is lost if reading and writing are one atomic step",
  single: "No update is lost if one thread makes all changes, asked by messages",
  forgotten: "One thread that forgets the lock is enough to lose updates",
};

const taskClaims: Record<TaskFix, string> = {
  none: "One thread races too: tasks lose updates across an await between read and write",
  "no-await": "Tasks lose no update if there is no await between read and write",
  lock: "A Lock around the await between read and write mends it",
};

/** A fix must also leave each kitchen as it was. */
export function verdictOnThreads(row: Row<Fix>, rounds: readonly Round[]): Verdict {
  const claim = threadClaims[row.fix];
  const measured = lossOf(row, rounds);
  const shouldLose = row.fix === "none" || row.fix === "forgotten";
  const wrong = shouldLose ? undefined : rounds.find(isWrong);
  if (wrong) return { claim, measured: `${measured}; ${contents(wrong)}`, holds: false };
  if (row.lost > 0) return { claim, measured, holds: shouldLose };
  const meetings = meetingsOf(row.fix, rounds);
  if (meetings >= fewestMeetings) return { claim, measured, holds: !shouldLose };
  const doubt = `the threads met ${counted(meetings, "time")}, too seldom to tell`;
  return { claim, measured: `${measured}; ${doubt}`, holds: undefined };
}

/** How often the threads came upon each other's changes. Where one forgets the lock, only its own meetings count. */
function meetingsOf(fix: Fix, rounds: readonly Round[]): number {
  const met = rounds.flatMap((round) => (fix === "forgotten" ? round.met.slice(0, 1) : round.met));
  return met.reduce((sum, each) => sum + each, 0);
}

export function verdictOnTasks(row: Row<TaskFix>, bots: number, rounds: readonly Round[]): Verdict {
  const claim = taskClaims[row.fix];
  if (bots === 1) return { claim, measured: alone, holds: undefined };
  const measured = lossOf(row, rounds);
  if (row.fix === "none") return { claim, measured, holds: row.lostRounds === rounds.length };
  const wrong = rounds.find(isWrong);
  if (wrong) return { claim, measured: `${measured}; ${contents(wrong)}`, holds: false };
  return { claim, measured, holds: row.lost === 0 };
}

function lossOf({ lost, changes, lostRounds }: Row<string>, { length }: readonly Round[]): string {
  return `${lost} of ${counted(changes, "change")} lost${length > 1 ? `, in ${lostRounds} of ${length} rounds` : ""}`;
}

function isWrong({ knives, forks }: Cutlery): boolean {
  return knives !== piecesOfEach || forks !== piecesOfEach;
}

function contents({ knives, forks }: Cutlery): string {
  return `a kitchen was left with knives: ${knives}, forks: ${forks}`;
}

/** The claim of a row that could not be run. Default reason: there is one bot. */
export function undecidedOnThreads(fix: Fix, measured = alone): Verdict {
  return { claim: threadClaims[fix], measured, holds: undefined };
}

/** The schedules of the models, and the notes' walk-through. */
export function verdictsOnSchedules(runs: Record<keyof typeof models, readonly Run[]>, walkThrough: Run): Verdict[] {
  const threads = countOf(runs.threads);
  const locked = countOf(runs["threads, lock"]);
  const tasks = countOf(runs.tasks);
  const awaiting = countOf(runs["tasks, await inside"]);
  return [
    {
      claim: "Two threads lose an update in most of their schedules, and with a lock in none",
      measured: `${share(threads)} lose, with a lock ${share(locked)}`,
      holds: threads.losing > threads.total / 2 && locked.losing === 0,
    },
    {
      claim: "Two tasks lose an update in no schedule, unless there is an await between read and write",
      measured: `${share(tasks)} lose, with that await ${share(awaiting)}`,
      holds: tasks.losing === 0 && awaiting.losing > 0,
    },
    {
      claim: "The walk-through of the notes loses an update",
      measured: `${walkThrough.schedule} leaves ${walkThrough.left} knives, where ${knivesLeft} are right`,
      holds: loses(walkThrough),
    },
  ];
}

function countOf(runs: readonly Run[]): { losing: number; total: number } {
  return { losing: runs.filter(loses).length, total: runs.length };
}

function share({ losing, total }: { losing: number; total: number }): string {
  return `${losing} of ${total}`;
}
