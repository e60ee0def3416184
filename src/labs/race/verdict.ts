import { counted } from "../../text/counted.js";
import type { Verdict } from "../lab.js";
import { right } from "./models.js";
import type { Fix, Row, TaskFix } from "./row.js";
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

/** `met`: how often the threads of that row came upon each other's changes. */
export function verdictOnThreads(row: Row<Fix>, met: number, rounds: number): Verdict {
  const shouldLose = row.fix === "none" || row.fix === "forgotten";
  const enough = row.lost > 0 || met >= fewestMeetings;
  const measured = `${lossOf(row, rounds)}${enough ? "" : `; the threads met ${counted(met, "time")}, too seldom to tell`}`;
  return { claim: threadClaims[row.fix], measured, holds: enough ? row.lost > 0 === shouldLose : undefined };
}

export function verdictOnTasks(row: Row<TaskFix>, bots: number, rounds: number): Verdict {
  const claim = taskClaims[row.fix];
  if (bots === 1) return { claim, measured: alone, holds: undefined };
  const holds = row.lostRounds === (row.fix === "none" ? rounds : 0);
  return { claim, measured: lossOf(row, rounds), holds };
}

function lossOf({ lost, changes, lostRounds }: Row<string>, rounds: number): string {
  return `${lost} of ${counted(changes, "change")} lost${rounds > 1 ? `, in ${lostRounds} of ${rounds} rounds` : ""}`;
}

/** The claim of a row that cannot be decided (default: as there is one bot). */
export function pointless(fix: Fix, measured = alone): Verdict {
  return { claim: threadClaims[fix], measured, holds: undefined };
}

/** The schedules of the four models, in their order, and the notes' walk-through. */
export function verdictsOnSchedules(runs: readonly (readonly Run[])[], walkThrough: Run): Verdict[] {
  const [threads, awaiting, tasks, locked] = runs.map((each) => ({
    losing: each.filter(loses).length,
    total: each.length,
  }));
  if (!threads || !awaiting || !tasks || !locked) return [];
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
      measured: `${walkThrough.schedule} leaves ${walkThrough.left} knives, where ${right} are right`,
      holds: loses(walkThrough),
    },
  ];
}

function share({ losing, total }: { losing: number; total: number }): string {
  return `${losing} of ${total}`;
}
