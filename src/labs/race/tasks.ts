/** The race in one thread: tasks take turns at each `await`, so a change with an `await` inside can be torn apart too. */
import { Lock, sleep, taskGroup } from "../../concurrency/index.js";
import type { LabContext, Verdict } from "../lab.js";
import { piecesForATable, piecesOfEach } from "./kitchen.js";
import { type Round, type Row, repeat, rowOf, type TaskFix } from "./row.js";
import { verdictOnTasks } from "./verdict.js";

const betweenPausesMs = 5;
const all: readonly TaskFix[] = ["none", "no-await", "lock"];

interface Cutlery {
  knives: number;
  forks: number;
  counted: number;
}

type Change = (kitchen: Cutlery, pieces: number) => Promise<void> | void;

async function changeAcrossAwait(kitchen: Cutlery, pieces: number): Promise<void> {
  const { knives, forks, counted } = kitchen; // 1. read
  await null; // 2. work; here another task comes in
  Object.assign(kitchen, { knives: knives + pieces, forks: forks + pieces, counted: counted + 1 }); // 3. write back
}

function changeAtOnce(kitchen: Cutlery, pieces: number): void {
  const { knives, forks, counted } = kitchen;
  Object.assign(kitchen, { knives: knives + pieces, forks: forks + pieces, counted: counted + 1 });
}

/** Bots that are tasks. `doneAs`: for one fix they do as they should for another. */
export async function raceTasks(
  { bots, tables, rounds }: { bots: number; tables: number; rounds: number },
  { signal, emit }: LabContext<TaskFix>,
  doneAs: Partial<Record<TaskFix, TaskFix>> = {},
): Promise<{ rows: Row<TaskFix>[]; verdicts: Verdict[] }> {
  const rows: Row<TaskFix>[] = [];
  for (const fix of all) {
    const work = () => round(doneAs[fix] ?? fix, bots, tables, signal);
    rows.push(rowOf(fix, bots * tables * 2, await repeat(rounds, work, () => void emit?.(fix))));
  }
  return { rows, verdicts: rows.map((row) => verdictOnTasks(row, bots, rounds)) };
}

/** One round in a fresh kitchen. Cancellation: rejects with `signal.reason` within milliseconds. */
async function round(fix: TaskFix, bots: number, tables: number, signal: AbortSignal): Promise<Round> {
  const kitchen: Cutlery = { knives: piecesOfEach, forks: piecesOfEach, counted: 0 };
  const lock = new Lock();
  const changes: Record<TaskFix, Change> = {
    none: changeAcrossAwait,
    "no-await": changeAtOnce,
    lock: (kitchen, pieces) => lock.use(() => changeAcrossAwait(kitchen, pieces)),
  };
  const pause = pauses(signal);
  const start = performance.now();
  await taskGroup(
    (group) => {
      for (let bot = 0; bot < bots; bot++) group.spawn(() => serve(kitchen, changes[fix], tables, pause));
    },
    { signal },
  );
  return { ...kitchen, ms: performance.now() - start, met: [] };
}

async function serve(kitchen: Cutlery, change: Change, tables: number, pause: Pause): Promise<void> {
  for (let table = 0; table < tables; table++) {
    await change(kitchen, -piecesForATable);
    await change(kitchen, piecesForATable);
    await pause();
  }
}

type Pause = () => Promise<void> | undefined;

/** Gives way to the event loop every 5 ms, else Ctrl-C would never come in. All tasks pause, and go on, at once. */
function pauses(signal: AbortSignal): Pause {
  let last = performance.now();
  let pause: Promise<void> | undefined;
  return () => {
    if (performance.now() - last < betweenPausesMs) return undefined;
    pause ??= sleep(0, { signal }).then(() => {
      last = performance.now();
      pause = undefined;
    });
    return pause;
  };
}
